import type { Bug } from '../types.ts';

export const forgetsHeader: Bug = {
  id: 'forgets-header',
  kind: 'append-log',
  text: 'Moves the end by the payload alone, so that the second append overwrites the first.',
  clause: 'LOG-S3-1',
  needs: 'history',
  edits: [
    {
      file: 'ports/examples/append-log.ts',
      find: 'end += frame.length;',
      replace: 'end += payload.length;',
    },
  ],
};
