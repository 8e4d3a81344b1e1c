import type { Bug } from '../types.ts';

export const showsFailedEntry: Bug = {
  id: 'shows-failed-entry',
  kind: 'fast-segment',
  text: 'Still shows an entry whose write failed, as one that it has in memory.',
  clause: 'FAST-S7-4',
  needs: 'errors',
  errors: [{ is: 'short' }, { is: 'error', calls: ['writeSync'] }],
  strikes: ['append'],
  edits: [
    {
      file: 'reference/fast-segment/append.ts',
      find: `  writeFrames(h, frame);
  if (tracked)`,
      replace: `  writeFrames(h, frame, (h.failed ??= []).push(entry));
  h.failed.pop();
  if (tracked)`,
    },
    {
      file: 'reference/fast-segment/store.ts',
      find: '[...committed(handle)]',
      replace: '[...committed(handle), ...(handle.failed ?? [])]',
    },
  ],
};
