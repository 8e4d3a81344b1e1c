import type { Bug } from '../types.ts';

export const cutsBeforeVerifying: Bug = {
  id: 'cuts-before-verifying',
  kind: 'fast-segment',
  text: 'Cuts a file where its header says before it has looked at one frame.',
  clause: 'FAST-S1-2',
  needs: 'kill',
  strikes: ['seal', 'syncGroup'],
  edits: [
    {
      file: 'reference/fast-segment/examine.ts',
      find: `  return follow({ fs, fd, file, size }, Number(committed));
`,
      replace: `  if (committed < size) fs.ftruncateSync(fd, Number(committed));
  return follow({ fs, fd, file, size }, Number(committed));
`,
    },
  ],
};
