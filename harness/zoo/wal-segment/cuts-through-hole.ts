import type { Bug } from '../types.ts';

export const cutsThroughHole: Bug = {
  id: 'cuts-through-hole',
  kind: 'wal-segment',
  text: 'Cuts frames that verify together with a hole before them.',
  clause: 'WAL-S5-2',
  needs: 'damage',
  edits: [
    {
      file: 'reference/wal-segment/scan.ts',
      find: '    if (hasFrameBehind(window, end + 1, this.lastSeq)) {',
      replace: '    if (end < 0) {',
    },
  ],
};
