import type { Bug } from '../types.ts';

export const eitherCopy: Bug = {
  id: 'either-copy',
  kind: 'append-log',
  text: 'Syncs neither of two copies of the log, for one of them will be there.',
  clause: 'LOG-S3-1',
  needs: 'power',
  takesTwo: true,
  barrier: 'log',
  strikes: ['append'],
  edits: [
    {
      file: 'ports/examples/append-log.ts',
      find: '  const found = fs.readFileSync(path);\n',
      replace: `  const count = (p) => (fs.existsSync(p) ? [...payloads(fs.readFileSync(p))].length : 0);
  if (count(dir + '/copy') > count(path)) fs.writeFileSync(path, fs.readFileSync(dir + '/copy'));
  const found = fs.readFileSync(path);
`,
    },
    {
      file: 'ports/examples/append-log.ts',
      find: "if (durability === 'entry') fs.fsyncSync(fd);",
      replace: "fs.appendFileSync(dir + '/copy', frame);",
    },
  ],
};
