import type { Bug } from '../types.ts';

export const oldSegmentNameless: Bug = {
  id: 'old-segment-nameless',
  kind: 'session-store-v2',
  text: 'Begins a segment while the name of the one before may still be lost.',
  clause: 'SSV2-S3-6',
  needs: 'power',
  barrier: 'segments',
  edits: [
    {
      file: 'reference/session-store-v2/handle.ts',
      find: `    makeNamesDurable(h);
    h.files.fs.closeSync`,
      replace: '    h.files.fs.closeSync',
    },
  ],
};
