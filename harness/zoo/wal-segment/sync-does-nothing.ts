import type { Bug } from '../types.ts';

export const syncDoesNothing: Bug = {
  id: 'sync-does-nothing',
  kind: 'wal-segment',
  text: 'Answers a sync without one.',
  clause: 'WAL-S3-1',
  needs: 'power',
  leansOn: { operations: ['sync'] },
  edits: [
    {
      file: 'reference/wal-segment/handle.ts',
      find: `  requireWritable(h);
  h.files.syncData(h.active.fd);
}`,
      replace: `  requireWritable(h);
}`,
    },
  ],
};
