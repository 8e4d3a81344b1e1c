import type { Bug } from '../types.ts';

export const opensUnsynced: Bug = {
  id: 'opens-unsynced',
  kind: 'fast-segment',
  text: 'Acknowledges what an earlier handle published and nobody synced.',
  clause: 'FAST-S3-1',
  needs: 'nested',
  takesTwo: true,
  pair: ['kill', 'power'],
  edits: [
    {
      file: 'reference/fast-segment/open.ts',
      find: `  if (size > committed) files.cut(fd, committed);
  files.sync(fd);
`,
      replace: `  if (size > committed) files.cut(fd, committed);
`,
    },
  ],
};
