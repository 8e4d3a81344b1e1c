import type { Bug } from '../types.ts';

export const believesLateErrorStale: Bug = {
  id: 'believes-late-error-stale',
  kind: 'fast-segment',
  text: 'Takes the error of a sync for an old one, since the frames were synced before.',
  clause: 'FAST-S7-2',
  needs: 'errors',
  errors: [{ is: 'sync late' }],
  edits: [
    {
      file: 'reference/fast-segment/publish.ts',
      find: `  files.sync(fd);
  h.published = tracked;`,
      replace: `  try { files.fs.fsyncSync(fd); } catch {}
  h.published = tracked;`,
    },
  ],
};
