import type { Bug } from '../types.ts';

export const beginsSegmentUnsynced: Bug = {
  id: 'begins-segment-unsynced',
  kind: 'session-store-v2',
  text: 'Begins a segment while the one before may still be lost.',
  clause: 'SSV2-S3-6',
  needs: 'power',
  barrier: 'segments/*.seg',
  edits: [
    {
      file: 'reference/session-store-v2/handle.ts',
      find: '    h.files.sync(openTail(h, h.active));\n',
      replace: '',
    },
  ],
};
