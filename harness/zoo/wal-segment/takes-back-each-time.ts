import type { Bug } from '../types.ts';

export const takesBackEachTime: Bug = {
  id: 'takes-back-each-time',
  kind: 'wal-segment',
  text: 'Takes a failed write back before each append that follows, with what was appended since.',
  clause: 'WAL-S7-1',
  needs: 'errors',
  errors: [{ is: 'error', calls: ['writeSync'] }],
  strikes: ['append'],
  edits: [
    {
      file: 'reference/wal-segment/handle.ts',
      find: `files.write(active.fd, bytes, length);
`,
      replace: `if (active.failedAt >= 0) files.fs.ftruncateSync(active.fd, active.failedAt);
    files.write(active.fd, bytes, length);
`,
    },
    {
      file: 'reference/wal-segment/handle.ts',
      find: `      files.fs.ftruncateSync(active.fd, active.size);
`,
      replace: `      files.fs.ftruncateSync(active.fd, (active.failedAt = active.size));
`,
    },
  ],
};
