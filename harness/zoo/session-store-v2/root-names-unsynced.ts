import type { Bug } from '../types.ts';

export const rootNamesUnsynced: Bug = {
  id: 'root-names-unsynced',
  kind: 'session-store-v2',
  text: 'Never syncs the directory in which its own directories stand.',
  clause: 'SSV2-S3-1',
  needs: 'power',
  barrier: '',
  edits: [
    {
      file: 'reference/session-store-v2/repair.ts',
      find: `makeDir(files, dir, undo);
  files.syncDir(paths.root);`,
      replace: 'makeDir(files, dir, undo);',
    },
    {
      file: 'reference/session-store-v2/handle.ts',
      find: 'for (const dir of [paths.segments, paths.indexDir, paths.root])',
      replace: 'for (const dir of [paths.segments, paths.indexDir])',
    },
  ],
};
