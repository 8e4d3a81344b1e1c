import type { Bug } from '../types.ts';

export const forgetsEarlierBytes: Bug = {
  id: 'forgets-earlier-bytes',
  kind: 'wal-segment',
  text: 'Hashes only what it wrote itself, so that the chain breaks behind a restart.',
  clause: 'WAL-S5-7',
  needs: 'history',
  edits: [
    {
      file: 'reference/wal-segment/store.ts',
      find: '(scan.fold ?? new Blake3())',
      replace: 'new Blake3()',
    },
  ],
};
