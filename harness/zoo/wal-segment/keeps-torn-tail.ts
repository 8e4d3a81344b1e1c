import type { Bug } from '../types.ts';

export const keepsTornTail: Bug = {
  id: 'keeps-torn-tail',
  kind: 'wal-segment',
  text: 'Leaves a torn tail where it is, and appends behind it.',
  clause: 'WAL-S3-4',
  needs: 'kill',
  edits: [
    {
      file: 'reference/wal-segment/recover.ts',
      find: `      files.cut(fd, from);
`,
      replace: '',
    },
    {
      file: 'reference/wal-segment/store.ts',
      find: ' && size === (header?.length ?? end);',
      replace: ';',
    },
  ],
};
