import type { Bug } from '../types.ts';

export const readsBeyondEnd: Bug = {
  id: 'reads-beyond-end',
  kind: 'append-log',
  text: 'Reads the length of a frame where the log ends before it does, and dies of it.',
  clause: 'LOG-S9-1',
  needs: 'kill',
  edits: [
    {
      file: 'ports/examples/append-log.ts',
      find: 'at + 8 <= log.length',
      replace: 'at < log.length',
    },
  ],
};
