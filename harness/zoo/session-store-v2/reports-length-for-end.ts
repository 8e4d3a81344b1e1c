import type { Bug } from '../types.ts';

export const reportsLengthForEnd: Bug = {
  id: 'reports-length-for-end',
  kind: 'session-store-v2',
  text: 'Reports how long what it cut was, in the place of where it ended.',
  clause: 'SSV2-S10-6',
  needs: 'kill',
  strikes: ['append'],
  edits: [
    {
      file: 'reference/session-store-v2/repair.ts',
      find: 'file, from, to, why: code, ...',
      replace: 'file, from, to: to - from, why: code, ...',
    },
  ],
};
