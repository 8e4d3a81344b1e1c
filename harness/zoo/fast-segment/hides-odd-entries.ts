import type { Bug } from '../types.ts';

export const hidesOddEntries: Bug = {
  id: 'hides-odd-entries',
  kind: 'fast-segment',
  text: 'Accepts entries that no store of ours writes, and says nothing of it.',
  clause: 'FAST-S10-4',
  needs: 'damage',
  edits: [
    {
      file: 'reference/fast-segment/open.ts',
      find: `  return odd === 0 ? [] : [{ code: 'non_canonical', file, detail: \`\${odd} frames\` }];
`,
      replace: `  return [];
`,
    },
  ],
};
