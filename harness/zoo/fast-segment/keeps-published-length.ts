import type { Bug } from '../types.ts';

export const keepsPublishedLength: Bug = {
  id: 'keeps-published-length',
  kind: 'fast-segment',
  text: 'Takes back the frames of a seal that failed, and leaves the length that counts them.',
  clause: 'FAST-S3-6',
  needs: 'errors',
  errors: [{ is: 'error', calls: ['writeSync'] }],
  strikes: ['seal'],
  edits: [
    {
      file: 'reference/fast-segment/publish.ts',
      find: `    files.undo(fd, before, () => files.write(fd, u64Bytes(BigInt(published)), committedAt));
`,
      replace: '',
    },
  ],
};
