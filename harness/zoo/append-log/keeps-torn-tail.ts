import type { Bug } from '../types.ts';

/**
 * Reads past a torn tail correctly, and loses what is appended next: only the second append shows
 * it.
 */
export const keepsTornTail: Bug = {
  id: 'keeps-torn-tail',
  kind: 'append-log',
  text: 'Appends behind a torn tail instead of cutting it, so that nothing after it is ever read.',
  clause: 'LOG-S3-4',
  needs: 'kill',
  edits: [
    {
      file: 'ports/examples/append-log.ts',
      find: '    fs.ftruncateSync(fd, end);\n',
      replace: '    end = found.length;\n',
    },
  ],
};
