import type { Bug } from '../types.ts';

export const overlooksOtherWriter: Bug = {
  id: 'overlooks-other-writer',
  kind: 'wal-segment',
  text: 'Never looks whether another writer moved its segment.',
  clause: 'WAL-S8-1',
  needs: 'history',
  edits: [
    {
      file: 'reference/wal-segment/handle.ts',
      find: `  h.isStale ||= !isAsLeft(h);
`,
      replace: '',
    },
    {
      file: 'reference/wal-segment/handle.ts',
      find: `  h.isStale ||= h.files.fs.readSync(fd, twoBytes, 0, 2, size - 1) !== 1 || !isHighest(h);
`,
      replace: '',
    },
  ],
};
