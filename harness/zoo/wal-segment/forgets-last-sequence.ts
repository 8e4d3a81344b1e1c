import type { Bug } from '../types.ts';

export const forgetsLastSequence: Bug = {
  id: 'forgets-last-sequence',
  kind: 'wal-segment',
  text: 'Forgets at a restart which sequence was the last.',
  clause: 'WAL-S6-1',
  needs: 'history',
  edits: [
    {
      file: 'reference/wal-segment/store.ts',
      find: `    const { lastSeq } = scan;
`,
      replace: `    const lastSeq = 0n;
`,
    },
  ],
};
