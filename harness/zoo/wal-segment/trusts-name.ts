import type { Bug } from '../types.ts';

export const trustsName: Bug = {
  id: 'trusts-name',
  kind: 'wal-segment',
  text: 'Takes a segment for the one that its name says, whatever its header says.',
  clause: 'WAL-S5-2',
  needs: 'damage',
  edits: [
    {
      file: 'reference/wal-segment/scan.ts',
      find: `    if (header.seq !== file.seq) return 'segment_misplaced';
`,
      replace: '',
    },
  ],
};
