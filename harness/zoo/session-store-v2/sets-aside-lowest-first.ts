import type { Bug } from '../types.ts';

export const setsAsideLowestFirst: Bug = {
  id: 'sets-aside-lowest-first',
  kind: 'session-store-v2',
  text: 'Sets the segments of a rollback aside from the lowest number up.',
  clause: 'SSV2-S3-6',
  needs: 'kill',
  leansOn: { operations: ['rollback'] },
  edits: [
    {
      file: 'reference/session-store-v2/finish-rollback.ts',
      find: '(a.seq < b.seq ? 1 : -1)',
      replace: '(a.seq < b.seq ? -1 : 1)',
    },
  ],
};
