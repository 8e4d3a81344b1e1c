import type { Bug } from '../types.ts';

export const hidesOddHeader: Bug = {
  id: 'hides-odd-header',
  kind: 'wal-segment',
  text: 'Accepts a header that no log of ours writes, and says nothing of it.',
  clause: 'WAL-S10-5',
  needs: 'damage',
  edits: [
    {
      file: 'reference/wal-segment/scan.ts',
      find: `    if (header.reserved !== 0) this.notices.push({ code: 'non_canonical', file: file.name });
`,
      replace: '',
    },
  ],
};
