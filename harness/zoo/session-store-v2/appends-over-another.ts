import type { Bug } from '../types.ts';

export const appendsOverAnother: Bug = {
  id: 'appends-over-another',
  kind: 'session-store-v2',
  text: 'Does not notice that another writer moved the store.',
  clause: 'SSV2-S8-1',
  needs: 'history',
  edits: [
    {
      file: 'reference/session-store-v2/handle.ts',
      find: '  h.stale ||= !isAsLeft(h, h.index) || (h.active !== null && !endsAsLeft(h, h.active));\n',
      replace: '  \n',
    },
  ],
};
