import type { Bug } from '../types.ts';

export const trustsHeader: Bug = {
  id: 'trusts-header',
  kind: 'wal-segment',
  text: 'Takes any first bytes of a segment for a header.',
  clause: 'WAL-S5-2',
  needs: 'damage',
  edits: [
    {
      file: 'reference/wal-segment/scan.ts',
      find: `    if (!header.isMagic) return 'header_damaged';
`,
      replace: '',
    },
  ],
};
