import type { Bug } from '../types.ts';

export const usesNumberAgain: Bug = {
  id: 'uses-number-again',
  kind: 'wal-segment',
  text: 'Goes on in the segment that it has just closed, under the same number.',
  clause: 'WAL-S13-1',
  needs: 'history',
  edits: [
    {
      file: 'reference/lib/file-calls.ts',
      find: 'O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)',
      replace: 'O_CREAT | O_NOFOLLOW, 0o600)',
    },
    {
      file: 'reference/wal-segment/handle.ts',
      find: '{ seq: active.seq + 1n, instance,',
      replace: '{ seq: active.seq, instance,',
    },
  ],
};
