import type { Bug } from '../types.ts';

export const hidesFailedSync: Bug = {
  id: 'hides-failed-sync',
  kind: 'append-log',
  text: 'Answers ok to a sync that failed, and refuses only what comes after it.',
  clause: 'LOG-S7-3',
  needs: 'errors',
  errors: [{ is: 'sync clean' }],
  edits: [
    {
      file: 'ports/examples/append-log.ts',
      find: `    sync: (): void => orBroken(() => fs.fsyncSync(fd)),`,
      replace: `    sync: (): void => {
      try { orBroken(() => fs.fsyncSync(fd)); } catch {}
    },`,
    },
  ],
};
