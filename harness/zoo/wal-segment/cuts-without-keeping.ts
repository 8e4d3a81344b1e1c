import type { Bug } from '../types.ts';

export const cutsWithoutKeeping: Bug = {
  id: 'cuts-without-keeping',
  kind: 'wal-segment',
  text: 'Cuts a torn tail without keeping its bytes anywhere.',
  clause: 'WAL-S1-1',
  needs: 'kill',
  edits: [
    {
      file: 'reference/wal-segment/recover.ts',
      find: 'from < to ? keep(files, dir, { name: file, from, to }, undo) : null;',
      replace: 'null;',
    },
  ],
};
