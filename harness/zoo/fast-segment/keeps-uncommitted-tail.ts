import type { Bug } from '../types.ts';

export const keepsUncommittedTail: Bug = {
  id: 'keeps-uncommitted-tail',
  kind: 'fast-segment',
  text: 'Leaves what was never committed, and says that it was cut.',
  clause: 'FAST-S4-1',
  needs: 'history',
  edits: [
    {
      file: 'reference/fast-segment/open.ts',
      find: `  if (size > committed) files.cut(fd, committed);
`,
      replace: '',
    },
  ],
};
