import type { Bug } from '../types.ts';

export const cutsSealedSegment: Bug = {
  id: 'cuts-sealed-segment',
  kind: 'session-store-v2',
  text: 'Takes a damaged line in a sealed segment for a torn tail, and goes on without all that follows.',
  clause: 'SSV2-S5-1',
  needs: 'damage',
  edits: [
    {
      file: 'reference/session-store-v2/scan.ts',
      find: '  if (!isLast) return {',
      replace: '  if (!isLast && line.tooLong) return {',
    },
  ],
};
