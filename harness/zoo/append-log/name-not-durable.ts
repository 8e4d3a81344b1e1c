import type { Bug } from '../types.ts';

export const nameNotDurable: Bug = {
  id: 'name-not-durable',
  kind: 'append-log',
  text: 'Never syncs the directory in which a new log stands.',
  clause: 'LOG-S3-1',
  needs: 'power',
  barrier: '',
  edits: [
    {
      file: 'ports/examples/append-log.ts',
      find: `  syncPath(fs, dir); // A new log's name`,
      replace: `  // A new log's name`,
    },
  ],
};
