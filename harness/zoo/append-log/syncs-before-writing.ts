import type { Bug } from '../types.ts';

export const syncsBeforeWriting: Bug = {
  id: 'syncs-before-writing',
  kind: 'append-log',
  text: 'Syncs before it writes the frame instead of after.',
  clause: 'LOG-S3-1',
  needs: 'power',
  barrier: 'log',
  edits: [
    {
      file: 'ports/examples/append-log.ts',
      find: `        const frame = frameOf(payload);
`,
      replace: `        const frame = frameOf(payload);
        if (durability === 'entry') fs.fsyncSync(fd);
`,
    },
    {
      file: 'ports/examples/append-log.ts',
      find: `        if (durability === 'entry') fs.fsyncSync(fd);
        end += frame.length;`,
      replace: '        end += frame.length;',
    },
  ],
};
