import type { Bug } from '../types.ts';

export const ledgerNameUnsynced: Bug = {
  id: 'ledger-name-unsynced',
  kind: 'session-store-v2',
  text: 'Acknowledges an event although the name of the ledger is not durable.',
  clause: 'SSV2-S3-7',
  needs: 'power',
  barrier: 'migrations',
  leansOn: { operations: ['ledgerAppend'] },
  edits: [
    {
      file: 'reference/session-store-v2/ledger.ts',
      find: `    files.sync(fd);
  });
  files.syncDir(paths.migrations);
`,
      replace: `    files.sync(fd);
  });
`,
    },
  ],
};
