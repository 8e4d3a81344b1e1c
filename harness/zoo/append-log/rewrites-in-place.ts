import type { Bug } from '../types.ts';

export const rewritesInPlace: Bug = {
  id: 'rewrites-in-place',
  kind: 'append-log',
  text: 'Recovers by emptying the log and writing it anew, so that a kill between loses all of it.',
  clause: 'LOG-S3-1',
  needs: 'kill',
  edits: [
    {
      file: 'ports/examples/append-log.ts',
      find: `  if (end < found.length) {
`,
      replace: `  fs.ftruncateSync(fd, 0);
  fs.writeSync(fd, found, 0, found.length, 0);
  if (end < found.length) {
`,
    },
  ],
};
