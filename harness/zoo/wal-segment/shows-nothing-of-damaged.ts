import type { Bug } from '../types.ts';

export const showsNothingOfDamaged: Bug = {
  id: 'shows-nothing-of-damaged',
  kind: 'wal-segment',
  text: 'Shows nothing of a damaged log, though it was asked for what verifies.',
  clause: 'WAL-S5-4',
  needs: 'damage',
  edits: [
    {
      file: 'reference/wal-segment/read.ts',
      find: `  if (strict) requireReadable(scan);
  return found;`,
      replace: `  requireReadable(scan);
  return found;`,
    },
  ],
};
