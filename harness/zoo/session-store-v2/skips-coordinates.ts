import type { Bug } from '../types.ts';

export const skipsCoordinates: Bug = {
  id: 'skips-coordinates',
  kind: 'session-store-v2',
  text: 'Takes any frame that names the segment it stands in, wherever it stands there.',
  clause: 'SSV2-S5-1',
  needs: 'damage',
  edits: [
    {
      file: 'reference/session-store-v2/scan.ts',
      find: '    Number(frame.entrySeq) === next &&\n    Number(frame.frameSeq) === next - before &&',
      replace: '    next > before &&',
    },
  ],
};
