import type { Bug } from '../types.ts';

export const refusesWithoutCode: Bug = {
  id: 'refuses-without-code',
  kind: 'append-log',
  text: 'Refuses what comes after a failure with an error that has no code.',
  clause: 'LOG-S7-5',
  needs: 'errors',
  errors: [{ is: 'error' }],
  edits: [
    {
      file: 'ports/examples/append-log.ts',
      find: "throw Object.assign(new Error('reopen the log to go on'), { code: 'poisoned' });",
      replace: "throw new Error('reopen the log to go on');",
    },
  ],
};
