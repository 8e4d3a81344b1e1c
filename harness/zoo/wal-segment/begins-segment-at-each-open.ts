import type { Bug } from '../types.ts';

export const beginsSegmentAtEachOpen: Bug = {
  id: 'begins-segment-at-each-open',
  kind: 'wal-segment',
  text: 'Begins a segment at each open, needed or not.',
  clause: 'WAL-S4-2',
  needs: 'history',
  edits: [
    {
      file: 'reference/wal-segment/store.ts',
      find: 'options.seq ?? last?.seq ?? 1n;',
      replace: 'options.seq ?? (last?.seq ?? 0n) + 1n;',
    },
  ],
};
