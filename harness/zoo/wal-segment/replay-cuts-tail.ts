import type { Bug } from '../types.ts';

export const replayCutsTail: Bug = {
  id: 'replay-cuts-tail',
  kind: 'wal-segment',
  text: 'Cuts what does not verify while it only reads.',
  clause: 'WAL-S10-1',
  needs: 'damage',
  edits: [
    {
      file: 'reference/wal-segment/read.ts',
      find: `  if (strict) requireReadable(scan);
  return found;`,
      replace: `  if (strict) requireReadable(scan);
  if (scan.problem !== null && scan.problem.from > 0) { const fd = env.fs.openSync(\`\${dir}/\${scan.problem.file}\`, 2); env.fs.ftruncateSync(fd, scan.problem.from); env.fs.closeSync(fd); }
  return found;`,
    },
  ],
};
