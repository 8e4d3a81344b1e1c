import type { Bug } from '../types.ts';

export const staysForced: Bug = {
  id: 'stays-forced',
  kind: 'wal-segment',
  text: 'Forgets that a rotation that was forced has been done.',
  clause: 'WAL-OPS-1',
  needs: 'history',
  edits: [
    {
      file: 'reference/wal-segment/handle.ts',
      find: `  h.isForced = false;
`,
      replace: '',
    },
  ],
};
