import type { Bug } from '../types.ts';

export const namesWrongCause: Bug = {
  id: 'names-wrong-cause',
  kind: 'session-store-v2',
  text: 'Answers with the bare errno where the disk is full, so no caller knows what to do.',
  clause: 'SSV2-S7-5',
  needs: 'errors',
  errors: [{ is: 'space' }],
  edits: [
    {
      file: 'reference/lib/file-calls.ts',
      find: `  ['ENOSPC', 'no_space'],
`,
      replace: '',
    },
  ],
};
