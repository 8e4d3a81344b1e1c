import type { Bug } from '../types.ts';

export const cutsInSilence: Bug = {
  id: 'cuts-in-silence',
  kind: 'wal-segment',
  text: 'Cuts a torn tail and says nothing of it.',
  clause: 'WAL-S10-2',
  needs: 'kill',
  edits: [
    {
      file: 'reference/wal-segment/recover.ts',
      find: ' : [mend(site, scan, { last, problem, undo })];',
      replace: ' : (mend(site, scan, { last, problem, undo }), []);',
    },
  ],
};
