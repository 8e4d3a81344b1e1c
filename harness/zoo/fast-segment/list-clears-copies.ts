import type { Bug } from '../types.ts';

export const listClearsCopies: Bug = {
  id: 'list-clears-copies',
  kind: 'fast-segment',
  text: 'Takes away the unfinished copies that a crash left when it lists its sessions.',
  clause: 'FAST-S10-3',
  needs: 'kill',
  strikes: ['truncate', 'reset'],
  edits: [
    {
      file: 'reference/fast-segment/store.ts',
      find: `      const known = nameOf(name);
`,
      replace: `      const known = nameOf(name);
      if (name.endsWith('.tmp')) fs.unlinkSync(\`\${dir}/\${name}\`);
`,
    },
  ],
};
