import type { Bug } from '../types.ts';

export const ledgerNameless: Bug = {
  id: 'ledger-nameless',
  kind: 'session-store-v2',
  text: 'Creates the ledger and never syncs the directory it stands in.',
  clause: 'SSV2-S3-7',
  needs: 'power',
  barrier: 'migrations',
  strikes: ['ledgerAppend', 'rollback'],
  leansOn: { operations: ['ledgerAppend', 'checkpoint', 'rollback'] },
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
