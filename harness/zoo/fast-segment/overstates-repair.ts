import type { Bug } from '../types.ts';

export const overstatesRepair: Bug = {
  id: 'overstates-repair',
  kind: 'fast-segment',
  text: 'Reports that it cut bytes that the file never held.',
  clause: 'FAST-S10-5',
  needs: 'kill',
  edits: [
    {
      file: 'reference/fast-segment/open.ts',
      find: 'from: committed, to: size, why:',
      replace: 'from: committed, to: size + 1, why:',
    },
  ],
};
