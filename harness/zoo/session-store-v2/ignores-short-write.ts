import type { Bug } from '../types.ts';

export const ignoresShortWrite: Bug = {
  id: 'ignores-short-write',
  kind: 'session-store-v2',
  text: 'Takes a write that did less than it was asked for one that did all.',
  clause: 'SSV2-S3-1',
  needs: 'errors',
  errors: [{ is: 'short' }],
  edits: [
    {
      file: 'reference/session-store-v2/files.ts',
      find: `    let done = this.fs.writeSync(fd, bytes, 0, length, null);
    if (done < length) done += this.fs.writeSync(fd, bytes, done, length - done, null);
    if (done !== length) throw shortWrite(done, length);`,
      replace: '    this.fs.writeSync(fd, bytes, 0, length, null);',
    },
  ],
};
