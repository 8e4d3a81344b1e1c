import type { Bug } from '../types.ts';

export const makesQuarantineFirst: Bug = {
  id: 'makes-quarantine-first',
  kind: 'wal-segment',
  text: 'Makes the directory for what it will cut before it knows whether it may.',
  clause: 'WAL-S1-2',
  needs: 'damage',
  edits: [
    {
      file: 'reference/wal-segment/store.ts',
      find: `    requireSound(scan, options.onGap === 'keep-prefix');
`,
      replace: `    if (scan.problem !== null && files.kind(\`\${dir}/quarantine\`) === 'none') files.mkdir(\`\${dir}/quarantine\`);
    requireSound(scan, options.onGap === 'keep-prefix');
`,
    },
  ],
};
