import type { Bug } from '../types.ts';

export const cutsThroughHole: Bug = {
  id: 'cuts-through-hole',
  kind: 'session-store-v2',
  text: 'Takes a hole with valid frames behind it for a torn tail and cuts them all.',
  clause: 'SSV2-S5-1',
  needs: 'damage',
  edits: [
    {
      file: 'reference/session-store-v2/scan.ts',
      find: 'readFrame(line)?.frame.segmentSeq !== segment.seq) return true;',
      replace: 'readFrame(line)?.frame.segmentSeq !== -1n) return true;',
    },
  ],
};
