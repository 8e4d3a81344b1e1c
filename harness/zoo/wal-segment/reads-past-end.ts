import type { Bug } from '../types.ts';

export const readsPastEnd: Bug = {
  id: 'reads-past-end',
  kind: 'wal-segment',
  text: 'Reads a length where no four bytes are left.',
  clause: 'WAL-S9-2',
  needs: 'damage',
  edits: [
    {
      file: 'reference/wal-segment/frames.ts',
      find: `    if (head < 0) return 0;
`,
      replace: '',
    },
  ],
};
