import type { Bug } from '../types.ts';

export const namesWrongCause: Bug = {
  id: 'names-wrong-cause',
  kind: 'wal-segment',
  text: 'Answers with the bare errno where the disk is full, so no caller knows what to do.',
  clause: 'WAL-S7-5',
  needs: 'errors',
  errors: [{ is: 'space' }],
  edits: [
    {
      file: 'reference/lib/file-calls.ts',
      find: 'codes.get(errno) ?? ',
      replace: '',
    },
  ],
};
