import type { Bug } from '../types.ts';

export const newSegmentNameless: Bug = {
  id: 'new-segment-nameless',
  kind: 'session-store-v2',
  text: 'Makes the name of the first segment durable, and of no later one.',
  clause: 'SSV2-S3-1',
  needs: 'power',
  barrier: 'segments',
  edits: [
    {
      file: 'reference/session-store-v2/handle.ts',
      find: `  if (tail.mark === null) h.namesDurable = false;
`,
      replace: '',
    },
    {
      file: 'reference/session-store-v2/handle.ts',
      find: `  h.numbers = { ...h.numbers, highest: seq };
  h.namesDurable = false;`,
      replace: '  h.numbers = { ...h.numbers, highest: seq };',
    },
  ],
};
