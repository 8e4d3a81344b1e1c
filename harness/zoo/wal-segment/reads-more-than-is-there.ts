import type { Bug } from '../types.ts';

export const readsMoreThanIsThere: Bug = {
  id: 'reads-more-than-is-there',
  kind: 'wal-segment',
  text: 'Reads as many bytes as a length says, however few there are.',
  clause: 'WAL-S9-3',
  needs: 'damage',
  edits: [
    {
      file: 'reference/wal-segment/window.ts',
      find: `    if (position + length > this.size) return -1;
`,
      replace: '',
    },
    {
      file: 'reference/wal-segment/window.ts',
      find: 'Math.min(this.size - position, Math.max(length, chunkBytes));',
      replace: 'Math.max(length, Math.min(this.size - position, chunkBytes));',
    },
  ],
};
