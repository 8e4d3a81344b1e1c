import type { Bug } from '../types.ts';

export const retriesFailedSync: Bug = {
  id: 'retries-failed-sync',
  kind: 'append-log',
  text: 'Tries a sync that failed once more, and believes the second answer.',
  clause: 'LOG-S3-1',
  needs: 'errors',
  errors: [{ is: 'sync clean' }],
  edits: [
    {
      file: 'ports/examples/append-log.ts',
      find: '    sync: (): void => orBroken(() => fs.fsyncSync(fd)),',
      replace: `    sync: (): void => orBroken(() => {
      try { fs.fsyncSync(fd); } catch { fs.fsyncSync(fd); }
    }),`,
    },
  ],
};
