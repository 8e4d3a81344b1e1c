import type { Bug } from '../types.ts';

export const ignoresShortWrite: Bug = {
  id: 'ignores-short-write',
  kind: 'append-log',
  text: 'Takes a write that did less than it was asked for one that did all.',
  clause: 'LOG-S3-1',
  needs: 'errors',
  errors: [{ is: 'short' }],
  edits: [
    {
      file: 'ports/examples/append-log.ts',
      find: `        for (let done = 0; done < frame.length;) {
          done += fs.writeSync(fd, frame, done, frame.length - done, end + done);
        }`,
      replace: '        fs.writeSync(fd, frame, 0, frame.length, end);',
    },
  ],
};
