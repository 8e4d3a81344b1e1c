import type { Bug } from '../types.ts';

export const quarantineUnsynced: Bug = {
  id: 'quarantine-unsynced',
  kind: 'session-store-v2',
  text: 'Keeps a fragment without syncing it, and a later open finds other bytes under its name.',
  clause: 'SSV2-S3-6',
  needs: 'nested',
  barrier: 'tmp/quarantine.tmp',
  takesTwo: true,
  pair: ['kill', 'power'],
  strikes: ['append'],
  edits: [
    {
      file: 'reference/session-store-v2/keep.ts',
      find: `      eachChunk(files, fragment, (bytes) => files.append(fd, bytes));
      files.sync(fd);`,
      replace: `      eachChunk(files, fragment, (bytes) => files.append(fd, bytes));
      if (place.dir !== paths.quarantine) files.sync(fd);`,
    },
  ],
};
