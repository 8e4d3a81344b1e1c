import type { Bug } from '../types.ts';

export const goesOnAfterFailedSync: Bug = {
  id: 'goes-on-after-failed-sync',
  kind: 'append-log',
  text: 'Reports a failed sync, and goes on writing where it believes the end to be.',
  clause: 'LOG-S7-2',
  needs: 'errors',
  errors: [{ is: 'sync revert' }],
  edits: [
    {
      file: 'ports/examples/append-log.ts',
      find: `    broken = true;
    action();`,
      replace: '    action();',
    },
  ],
};
