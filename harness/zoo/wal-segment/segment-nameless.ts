import type { Bug } from '../types.ts';

export const segmentNameless: Bug = {
  id: 'segment-nameless',
  kind: 'wal-segment',
  text: 'Acknowledges what stands in a segment whose name may still be lost.',
  clause: 'WAL-S3-1',
  needs: 'power',
  barrier: '',
  edits: [
    {
      file: 'reference/wal-segment/segment.ts',
      find: `    files.sync(fd);
    files.syncDir(dir);
    const`,
      replace: `    files.sync(fd);
    const`,
    },
  ],
};
