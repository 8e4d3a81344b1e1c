import type { Bug } from '../types.ts';

export const tracksAnything: Bug = {
  id: 'tracks-anything',
  kind: 'fast-segment',
  text: 'Tracks bytes that end inside a frame, or behind the file.',
  clause: 'FAST-S6-1',
  needs: 'history',
  edits: [
    {
      file: 'reference/fast-segment/append.ts',
      find: '  if (at === -1 && bytes !== 0n) {',
      replace: '  if (bytes < 0n) {',
    },
  ],
};
