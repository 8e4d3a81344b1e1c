import type { Bug } from '../types.ts';

export const believesCommittedLength: Bug = {
  id: 'believes-committed-length',
  kind: 'fast-segment',
  text: 'Believes a committed length beyond the end of the file, and takes what is there.',
  clause: 'FAST-S5-1',
  needs: 'damage',
  edits: [
    {
      file: 'reference/fast-segment/examine.ts',
      find: '  if (committed > size) {',
      replace: '  if (committed < 0n) {',
    },
  ],
};
