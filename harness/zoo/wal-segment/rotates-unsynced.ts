import type { Bug } from '../types.ts';

export const rotatesUnsynced: Bug = {
  id: 'rotates-unsynced',
  kind: 'wal-segment',
  text: 'Begins a segment while the frames of the one before may still be lost.',
  clause: 'WAL-S11-1',
  needs: 'power',
  barrier: 'segment_*.aedbwal',
  edits: [
    {
      file: 'reference/wal-segment/handle.ts',
      find: `  files.syncData(active.fd);
  const next`,
      replace: '  const next',
    },
  ],
};
