import type { Bug } from '../types.ts';

export const ledgerEventUnsynced: Bug = {
  id: 'ledger-event-unsynced',
  kind: 'session-store-v2',
  text: 'Acknowledges an event of the ledger whose line is not durable.',
  clause: 'SSV2-S3-7',
  needs: 'power',
  barrier: 'migrations/ledger.jsonl',
  leansOn: { operations: ['ledgerAppend'] },
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
