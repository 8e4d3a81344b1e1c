import type { Bug } from '../types.ts';

export const readsHalfHeader: Bug = {
  id: 'reads-half-header',
  kind: 'fast-segment',
  text: 'Reads the committed length of a header that is not all there.',
  clause: 'FAST-ERR-1',
  needs: 'damage',
  leansOn: { damage: ['cut'] },
  edits: [
    {
      file: 'reference/fast-segment/examine.ts',
      find: '  if (header.length < headerBytes || !header.subarray(',
      replace: '  if (!header.subarray(',
    },
  ],
};
