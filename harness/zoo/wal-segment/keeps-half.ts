import type { Bug } from '../types.ts';

export const keepsHalf: Bug = {
  id: 'keeps-half',
  kind: 'wal-segment',
  text: 'Keeps all but the first byte of what it cuts.',
  clause: 'WAL-S10-6',
  needs: 'kill',
  edits: [
    {
      file: 'reference/wal-segment/keep.ts',
      find: 'eachChunk(files, path, fragment, (bytes) => files.write(',
      replace:
        'eachChunk(files, path, { ...fragment, from: fragment.from + 1 }, (bytes) => files.write(',
    },
  ],
};
