import type { Bug } from '../types.ts';

export const replacesUnsynced: Bug = {
  id: 'replaces-unsynced',
  kind: 'append-log',
  text: 'Recovers into a new file that replaces the log before its bytes are durable.',
  clause: 'LOG-S3-1',
  needs: 'nested',
  barrier: 'log.new',
  takesTwo: true,
  pair: ['kill', 'power'],
  strikes: ['append'],
  edits: [
    {
      file: 'ports/examples/append-log.ts',
      find: `    fs.ftruncateSync(fd, end);
    fs.fsyncSync(fd);
`,
      replace: `    fs.writeFileSync(\`\${path}.new\`, found.subarray(0, end));
    fs.renameSync(\`\${path}.new\`, path);
    return (fs.closeSync(fd), openLog(fs, dir, durability));
`,
    },
  ],
};
