import type { Bug } from '../types.ts';

export const unlinksBeforePublish: Bug = {
  id: 'unlinks-before-publish',
  kind: 'append-log',
  text: 'Recovers into a new file, and removes the old one before the new one has its name.',
  clause: 'LOG-S3-1',
  needs: 'nested',
  takesTwo: true,
  pair: ['kill', 'kill'],
  strikes: ['append'],
  edits: [
    {
      file: 'ports/examples/append-log.ts',
      find: `    fs.ftruncateSync(fd, end);
    fs.fsyncSync(fd);
`,
      replace: `    fs.writeFileSync(\`\${path}.new\`, found.subarray(0, end));
    fs.rmSync(path);
    return (fs.closeSync(fd), fs.renameSync(\`\${path}.new\`, path), openLog(fs, dir, durability));
`,
    },
  ],
};
