import type { Bug } from '../types.ts';

export const roundsLargeNumbers: Bug = {
  id: 'rounds-large-numbers',
  kind: 'fast-segment',
  text: 'Writes numbers above 2^53 as the nearest double.',
  clause: 'FAST-S3-2',
  needs: 'history',
  edits: [
    {
      file: 'reference/fast-segment/varint.ts',
      find: `  return into.writeBigUInt64LE(value, at + 1);
`,
      replace: `  return into.writeBigUInt64LE(BigInt(Number(value)), at + 1);
`,
    },
  ],
};
