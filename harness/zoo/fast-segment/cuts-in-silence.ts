import type { Bug } from '../types.ts';

export const cutsInSilence: Bug = {
  id: 'cuts-in-silence',
  kind: 'fast-segment',
  text: 'Cuts what was never committed and says nothing of it.',
  clause: 'FAST-S10-2',
  needs: 'kill',
  edits: [
    {
      file: 'reference/fast-segment/open.ts',
      find: `  return [{ did: 'cut', file, from: committed, to: size, why: 'uncommitted_tail' }];
`,
      replace: `  return [];
`,
    },
  ],
};
