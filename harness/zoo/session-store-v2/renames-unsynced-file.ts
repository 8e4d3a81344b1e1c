import type { Bug } from '../types.ts';

export const renamesUnsyncedFile: Bug = {
  id: 'renames-unsynced-file',
  kind: 'session-store-v2',
  text: 'Renames a temporary file to its name before its bytes are durable.',
  clause: 'SSV2-S3-6',
  needs: 'power',
  barrier: 'tmp/rollback.intent.tmp',
  leansOn: { operations: ['checkpoint', 'rollback'] },
  strikes: ['rollback'],
  edits: [
    {
      file: 'reference/session-store-v2/replace.ts',
      find: `    files.append(fd, bytes);
    files.sync(fd);`,
      replace: '    files.append(fd, bytes);',
    },
  ],
};
