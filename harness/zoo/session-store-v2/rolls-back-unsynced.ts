import type { Bug } from '../types.ts';

export const rollsBackUnsynced: Bug = {
  id: 'rolls-back-unsynced',
  kind: 'session-store-v2',
  text: 'Writes down a rollback before the entries are durable that it names.',
  clause: 'SSV2-S3-6',
  needs: 'power',
  barrier: 'segments/*.seg',
  leansOn: { operations: ['checkpoint', 'rollback'] },
  strikes: ['rollback'],
  edits: [
    {
      file: 'reference/session-store-v2/rollback.ts',
      find: `  syncAll(h);
  let isDurable`,
      replace: '  let isDurable',
    },
  ],
};
