import type { Bug } from '../types.ts';

export const leavesTornLedger: Bug = {
  id: 'leaves-torn-ledger',
  kind: 'session-store-v2',
  text: 'Leaves a torn event at the end of the ledger.',
  clause: 'SSV2-S10-1',
  needs: 'kill',
  leansOn: { operations: ['ledgerAppend'] },
  edits: [
    {
      file: 'reference/session-store-v2/repair.ts',
      find: '  if (tail === null) return [];',
      replace: '  if (tail === null || !tail.isEvent) return [];',
    },
  ],
};
