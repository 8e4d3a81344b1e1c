import type { Bug } from '../types.ts';

export const overstatesRepair: Bug = {
  id: 'overstates-repair',
  kind: 'wal-segment',
  text: 'Reports that it cut bytes that the file never held.',
  clause: 'WAL-S10-7',
  needs: 'kill',
  edits: [
    {
      file: 'reference/wal-segment/recover.ts',
      find: 'file, from, to, why, keptIn',
      replace: 'file, from, to: to + 1, why, keptIn',
    },
  ],
};
