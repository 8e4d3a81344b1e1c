import type { Bug } from '../types.ts';

export const setAsideUnsynced: Bug = {
  id: 'set-aside-unsynced',
  kind: 'session-store-v2',
  text: 'Sets segments of a rollback aside, and a power cut brings them back.',
  clause: 'SSV2-S3-5',
  needs: 'power',
  barrier: 'segments',
  leansOn: { operations: ['checkpoint', 'rollback'] },
  strikes: ['rollback'],
  edits: [
    {
      file: 'reference/session-store-v2/finish-rollback.ts',
      find: `    files.rename(path, join(paths.segments, aside));
    files.syncDir(paths.segments);`,
      replace: '    files.rename(path, join(paths.segments, aside));',
    },
  ],
};
