import type { Bug } from '../types.ts';

export const showsNoData: Bug = {
  id: 'shows-no-data',
  kind: 'fast-segment',
  text: 'Shows an entry whose data is empty without any data, and dies of it.',
  clause: 'FAST-S9-2',
  needs: 'history',
  edits: [
    {
      file: 'reference/fast-segment/codec.ts',
      find: `      return { t, space, coords, revision, data };
`,
      replace: `      return { t, space, coords, revision, data: length > 0 ? data : undefined };
`,
    },
  ],
};
