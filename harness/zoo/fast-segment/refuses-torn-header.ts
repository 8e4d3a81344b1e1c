import type { Bug } from '../types.ts';

export const refusesTornHeader: Bug = {
  id: 'refuses-torn-header',
  kind: 'fast-segment',
  text: 'Refuses a file that was killed while it was made, for ever.',
  clause: 'FAST-S3-6',
  needs: 'kill',
  edits: [
    {
      file: 'reference/fast-segment/examine.ts',
      find: '  return header.every((byte, i) => byte === 0 || byte === emptyHeader[i]);',
      replace: '  return header.length === 0;',
    },
  ],
};
