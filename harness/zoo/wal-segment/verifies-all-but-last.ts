import type { Bug } from '../types.ts';

export const verifiesAllButLast: Bug = {
  id: 'verifies-all-but-last',
  kind: 'wal-segment',
  text: 'Leaves the last segment out when it verifies the chain.',
  clause: 'WAL-S5-6',
  needs: 'history',
  edits: [
    {
      file: 'reference/wal-segment/read.ts',
      find: '  return scan.scanned.map(',
      replace: '  return scan.scanned.slice(0, -1).map(',
    },
  ],
};
