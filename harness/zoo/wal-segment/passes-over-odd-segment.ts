import type { Bug } from '../types.ts';

export const passesOverOddSegment: Bug = {
  id: 'passes-over-odd-segment',
  kind: 'wal-segment',
  text: 'Replays nothing of a segment whose header is spelled as no log of ours would.',
  clause: 'WAL-S5-3',
  needs: 'damage',
  leansOn: { damage: ['splice'] },
  edits: [
    {
      file: 'reference/wal-segment/read.ts',
      find: 'scan.lastSeq > after && found.push(scan.frame()));',
      replace: `!scan.notices.length && scan.lastSeq > after && found.push(scan.frame()));`,
    },
  ],
};
