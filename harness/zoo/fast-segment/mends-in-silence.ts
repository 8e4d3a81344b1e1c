import type { Bug } from '../types.ts';

export const mendsInSilence: Bug = {
  id: 'mends-in-silence',
  kind: 'fast-segment',
  text: 'Sets a committed length right that was torn, and says nothing of it.',
  clause: 'FAST-S10-1',
  needs: 'kill',
  edits: [
    {
      file: 'reference/fast-segment/open.ts',
      find: `    return [{ did: 'rebuilt', file, from: committedAt, to, why: 'torn_committed_length' }];
`,
      replace: `    return [];
`,
    },
  ],
};
