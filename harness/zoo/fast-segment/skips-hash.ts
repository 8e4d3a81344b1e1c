import type { Bug } from '../types.ts';

export const skipsHash: Bug = {
  id: 'skips-hash',
  kind: 'fast-segment',
  text: 'Believes a frame without comparing its hash.',
  clause: 'FAST-S5-1',
  needs: 'damage',
  edits: [
    {
      file: 'reference/fast-segment/scan.ts',
      find: `    if (frame === null || !isRight(frame)) return;
`,
      replace: `    if (frame === null) return;
`,
    },
  ],
};
