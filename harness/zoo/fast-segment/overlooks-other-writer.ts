import type { Bug } from '../types.ts';

export const overlooksOtherWriter: Bug = {
  id: 'overlooks-other-writer',
  kind: 'fast-segment',
  text: 'Never looks whether another writer moved its file.',
  clause: 'FAST-S8-1',
  needs: 'history',
  edits: [
    {
      file: 'reference/fast-segment/handle.ts',
      find: `  requireUsable(h);
  h.stale ||= !isAsLeft(h);
`,
      replace: `  requireUsable(h);
`,
    },
    {
      file: 'reference/fast-segment/handle.ts',
      find: `  h.stale ||= !standsAsLeft(h);
`,
      replace: '',
    },
  ],
};
