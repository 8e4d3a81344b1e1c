import type { Bug } from '../types.ts';

export const entrySkipsSync: Bug = {
  id: 'entry-skips-sync',
  kind: 'append-log',
  text: 'Acknowledges an append of durability entry without syncing the log.',
  clause: 'LOG-S3-1',
  needs: 'power',
  barrier: 'log',
  edits: [
    {
      file: 'ports/examples/append-log.ts',
      find: `        if (durability === 'entry') fs.fsyncSync(fd);
`,
      replace: '',
    },
  ],
};
