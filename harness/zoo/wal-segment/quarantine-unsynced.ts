import type { Bug } from '../types.ts';

export const quarantineUnsynced: Bug = {
  id: 'quarantine-unsynced',
  kind: 'wal-segment',
  text: 'Keeps a fragment without syncing it, and a later open finds other bytes under its name.',
  clause: 'WAL-S4-1',
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
