import type { Bug } from '../types.ts';

export const notesRepairsInLedger: Bug = {
  id: 'notes-repairs-in-ledger',
  kind: 'session-store-v2',
  text: 'Writes down in the ledger that it repaired something, and does not report that.',
  clause: 'SSV2-S10-2',
  needs: 'kill',
  strikes: ['append'],
  leansOn: { operations: ['ledgerAppend'] },
  edits: [
    {
      file: 'reference/session-store-v2/store.ts',
      find: `    requireUnmoved(h, look);
`,
      replace: `    requireUnmoved(h, look);
    const last = repairs.length > 0 ? look.ledger?.last : null;
    if (last) appendToLedger(h, { ...last, phase: 'repair' });
`,
    },
  ],
};
