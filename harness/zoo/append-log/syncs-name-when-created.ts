import type { Bug } from '../types.ts';

export const syncsNameWhenCreated: Bug = {
  id: 'syncs-name-when-created',
  kind: 'append-log',
  text: 'Makes the name of the log durable only in the open that created it.',
  clause: 'LOG-S3-1',
  needs: 'nested',
  takesTwo: true,
  pair: ['kill', 'power'],
  barrier: '',
  strikes: ['open'],
  edits: [
    {
      file: 'ports/examples/append-log.ts',
      find: '  const fd = fs.openSync(path, flags, 0o600);\n',
      replace: `  const isNew = !fs.existsSync(path);
  const fd = fs.openSync(path, flags, 0o600);
`,
    },
    {
      file: 'ports/examples/append-log.ts',
      find: '  syncPath(fs, dir); // A new log',
      replace: '  if (isNew) syncPath(fs, dir); // A new log',
    },
  ],
};
