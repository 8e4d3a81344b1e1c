import type { Bug } from '../types.ts';

export const leavesTracesOnFullDisk: Bug = {
  id: 'leaves-traces-on-full-disk',
  kind: 'wal-segment',
  text: 'Refuses an open for lack of space and leaves what it had made by then.',
  clause: 'WAL-S1-3',
  needs: 'errors',
  errors: [{ is: 'space' }],
  edits: [
    {
      file: 'reference/wal-segment/recover.ts',
      find: `    if (!files.poisoned) for (const back of undo.toReversed()) asFarAsItGoes(back);
`,
      replace: '',
    },
  ],
};
