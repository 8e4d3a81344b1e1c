import type { Bug } from '../types.ts';

export const rollbackCutUnsynced: Bug = {
  id: 'rollback-cut-unsynced',
  kind: 'session-store-v2',
  text: 'Cuts what a rollback takes off its segment, and never syncs the cut.',
  clause: 'SSV2-S3-5',
  needs: 'power',
  barrier: 'segments/*.seg',
  leansOn: { operations: ['checkpoint', 'rollback'] },
  strikes: ['rollback'],
  edits: [
    {
      file: 'reference/session-store-v2/finish-rollback.ts',
      find: `    files.cut(fd, from);
    files.sync(fd);`,
      replace: '    files.cut(fd, from);',
    },
  ],
};
