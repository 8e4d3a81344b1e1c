import type { Bug } from '../types.ts';

export const makesAnyHeaderAnew: Bug = {
  id: 'makes-any-header-anew',
  kind: 'fast-segment',
  text: 'Takes any short file for a header that was torn, and writes it anew.',
  clause: 'FAST-S5-1',
  needs: 'damage',
  edits: [
    {
      file: 'reference/fast-segment/examine.ts',
      find: '  return header.every((byte, i) => byte === 0 || byte === emptyHeader[i]);',
      replace: '  return true;',
    },
  ],
};
