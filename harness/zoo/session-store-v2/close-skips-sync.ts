import type { Bug } from '../types.ts';

export const closeSkipsSync: Bug = {
  id: 'close-skips-sync',
  kind: 'session-store-v2',
  text: 'Closes a store without making anything durable, and says that it did.',
  clause: 'SSV2-S3-1',
  needs: 'power',
  barrier: 'segments/*.seg',
  leansOn: { operations: ['close'] },
  strikes: ['close'],
  edits: [
    {
      file: 'reference/session-store-v2/store.ts',
      find: `'an earlier write or sync failed');
    syncAll(h);`,
      replace: `'an earlier write or sync failed');`,
    },
  ],
};
