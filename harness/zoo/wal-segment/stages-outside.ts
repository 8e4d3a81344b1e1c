import type { Bug } from '../types.ts';

export const stagesOutside: Bug = {
  id: 'stages-outside',
  kind: 'wal-segment',
  text: 'Puts together what it keeps beside the directory of the log, not in it.',
  clause: 'WAL-S12-1',
  needs: 'kill',
  edits: [
    {
      file: 'reference/wal-segment/keep.ts',
      find: `    const staged = join(home, 'tmp');
`,
      replace: `    const staged = \`\${dir}.tmp\`;
`,
    },
  ],
};
