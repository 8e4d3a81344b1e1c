import type { Bug } from '../types.ts';

export const publishesWithoutDirectory: Bug = {
  id: 'publishes-without-directory',
  kind: 'session-store-v2',
  text: 'Renames files into place and never syncs the directory they stand in.',
  clause: 'SSV2-S4-2',
  needs: 'power',
  barrier: 'tmp',
  leansOn: { operations: ['checkpoint', 'rollback'] },
  strikes: ['rollback'],
  edits: [
    {
      file: 'reference/session-store-v2/replace.ts',
      find: `  files.rename(target.staged, target.path);
  files.syncDir(target.dir);`,
      replace: '  files.rename(target.staged, target.path);',
    },
  ],
};
