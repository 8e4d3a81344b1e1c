import type { Bug } from '../types.ts';

export const eventUnsynced: Bug = {
  id: 'event-unsynced',
  kind: 'session-store-v2',
  text: 'Appends to the ledger without syncing it.',
  clause: 'SSV2-S3-7',
  needs: 'power',
  barrier: 'migrations/ledger.jsonl',
  strikes: ['ledgerAppend', 'rollback'],
  leansOn: { operations: ['ledgerAppend', 'checkpoint', 'rollback'] },
  edits: [
    {
      file: 'reference/session-store-v2/ledger.ts',
      find: `      throw error;
    }
    files.sync(fd);
`,
      replace: `      throw error;
    }
`,
    },
  ],
};
