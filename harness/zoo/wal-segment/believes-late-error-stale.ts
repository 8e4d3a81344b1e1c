import type { Bug } from '../types.ts';

export const believesLateErrorStale: Bug = {
  id: 'believes-late-error-stale',
  kind: 'wal-segment',
  text: 'Takes the error of a sync for an old one where nothing was written since the last.',
  clause: 'WAL-S7-2',
  needs: 'errors',
  errors: [{ is: 'sync late' }],
  edits: [
    {
      file: 'reference/wal-segment/handle.ts',
      find: `  requireWritable(h);
  h.files.syncData(h.active.fd);
}`,
      replace: `  requireWritable(h);
  try { h.files.fs.fdatasyncSync(h.active.fd); } catch {}
}`,
    },
  ],
};
