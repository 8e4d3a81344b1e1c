import type { Bug } from '../types.ts';

export const appendSkipsSync: Bug = {
  id: 'append-skips-sync',
  kind: 'wal-segment',
  text: 'Acknowledges a synced append without syncing anything.',
  clause: 'WAL-S3-1',
  needs: 'power',
  barrier: 'segment_*.aedbwal',
  edits: [
    {
      file: 'reference/wal-segment/handle.ts',
      find: `  if (isSynced) h.files.syncData(h.active.fd);
`,
      replace: '',
    },
  ],
};
