import type { Bug } from '../types.ts';

export const followsLink: Bug = {
  id: 'follows-link',
  kind: 'append-log',
  text: 'Opens a symbolic link in the place of the log and writes wherever it leads.',
  clause: 'LOG-S12-1',
  needs: 'damage',
  edits: [
    {
      file: 'ports/examples/append-log.ts',
      find: 'constants.O_CREAT | constants.O_NOFOLLOW |',
      replace: 'constants.O_CREAT |',
    },
  ],
};
