import type { Bug } from '../types.ts';

export const numbersRowsThroughout: Bug = {
  id: 'numbers-rows-throughout',
  kind: 'session-store-v2',
  text: 'Numbers the rows that it answers through all segments, not within each.',
  clause: 'SSV2-S5-7',
  needs: 'history',
  edits: [
    {
      file: 'reference/session-store-v2/append.ts',
      find: 'BigInt(entries.frameOf(entry))',
      replace: 'BigInt(entry)',
    },
  ],
};
