import type { Bug } from '../types.ts';

export const leavesLockBehind: Bug = {
  id: 'leaves-lock-behind',
  kind: 'session-store-v2',
  text: 'Leaves the lock file that it takes while it validates.',
  clause: 'SSV2-S10-3',
  needs: 'history',
  edits: [
    {
      file: 'reference/session-store-v2/store.ts',
      find: `        verifyAgain(h);
`,
      replace: `        files.fs.closeSync(files.openTemp(join(paths.tmp, 'validate.lock')));
        verifyAgain(h);
`,
    },
  ],
};
