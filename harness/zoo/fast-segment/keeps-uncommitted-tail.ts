import type { Bug } from '../types.ts';

export const keepsUncommittedTail: Bug = {
  id: 'keeps-uncommitted-tail',
  kind: 'fast-segment',
  text: 'Leaves what was never committed, and appends behind it.',
  clause: 'FAST-S3-3',
  needs: 'kill',
  edits: [
    {
      file: 'reference/fast-segment/open.ts',
      find: `  if (size > committed) files.cut(fd, committed);
`,
      replace: '',
    },
  ],
};
