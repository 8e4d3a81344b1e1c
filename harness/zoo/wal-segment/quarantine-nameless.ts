import type { Bug } from '../types.ts';

export const quarantineNameless: Bug = {
  id: 'quarantine-nameless',
  kind: 'wal-segment',
  text: 'Cuts a tail whose copy is durable under no name yet.',
  clause: 'WAL-S1-4',
  needs: 'nested',
  barrier: 'quarantine',
  takesTwo: true,
  pair: ['power', 'power'],
  strikes: ['append'],
  edits: [
    {
      file: 'reference/wal-segment/keep.ts',
      find: `  files.syncDir(home);
  files.syncDir(dir);
`,
      replace: '',
    },
  ],
};
