import type { Bug } from '../types.ts';

export const cutsSealedSegment: Bug = {
  id: 'cuts-sealed-segment',
  kind: 'wal-segment',
  text: 'Takes damage inside a sealed segment for a torn tail, and cuts it.',
  clause: 'WAL-S5-2',
  needs: 'damage',
  edits: [
    {
      file: 'reference/wal-segment/scan.ts',
      find: `    if (!this.#isLast()) return { is: 'corrupt', code: 'frame_corrupt', ...range };
`,
      replace: '',
    },
  ],
};
