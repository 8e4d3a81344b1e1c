import type { Bug } from '../types.ts';

export const ignoresShortWrite: Bug = {
  id: 'ignores-short-write',
  kind: 'fast-segment',
  text: 'Takes a write that did less than it was asked for one that did all.',
  clause: 'FAST-S3-1',
  needs: 'errors',
  errors: [{ is: 'short' }],
  edits: [
    {
      file: 'reference/fast-segment/files.ts',
      find: `    writeAll(this.fs, fd, bytes, position);
`,
      replace: `    this.fs.writeSync(fd, bytes, 0, bytes.length, position);
`,
    },
  ],
};
