import type { Bug } from '../types.ts';

export const makesHeaderInSilence: Bug = {
  id: 'makes-header-in-silence',
  kind: 'wal-segment',
  text: 'Makes a header that never came to be, and says nothing of it.',
  clause: 'WAL-S10-3',
  needs: 'kill',
  edits: [
    {
      file: 'reference/wal-segment/recover.ts',
      find: ' : [mend(site, scan, { last, problem, undo })];',
      replace: ' : [mend(site, scan, { last, problem, undo })].filter(({ from }) => from > 0);',
    },
  ],
};
