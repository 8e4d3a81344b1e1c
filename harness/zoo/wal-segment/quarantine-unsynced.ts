import type { Bug } from '../types.ts';

export const quarantineUnsynced: Bug = {
  id: 'quarantine-unsynced',
  kind: 'wal-segment',
  text: 'Keeps a fragment without syncing it, and cuts what it was a copy of.',
  clause: 'WAL-S1-4',
  needs: 'nested',
  takesTwo: true,
  pair: ['kill', 'power'],
  strikes: ['append'],
  edits: [
    {
      file: 'reference/wal-segment/keep.ts',
      find: `bytes, bytes.length));
    files.sync(fd);`,
      replace: 'bytes, bytes.length));',
    },
  ],
};
