import type { Bug } from '../types.ts';

export const ignoresShortWrite: Bug = {
  id: 'ignores-short-write',
  kind: 'wal-segment',
  text: 'Takes a write that did less than it was asked for one that did all.',
  clause: 'WAL-S3-1',
  needs: 'errors',
  errors: [{ is: 'short' }],
  edits: [
    {
      file: 'reference/wal-segment/files.ts',
      find: `    let done = this.fs.writeSync(fd, bytes, 0, length, position);
    if (done < length) {`,
      replace: `    let done = length;
    if (this.fs.writeSync(fd, bytes, 0, length, position) < 0) {`,
    },
  ],
};
