import type { Bug } from '../types.ts';

export const sortsById: Bug = {
  id: 'sorts-by-id',
  kind: 'session-store-v2',
  text: 'Shows entries in the order of their ids, as if every id were made in order.',
  clause: 'SSV2-S3-3',
  needs: 'history',
  edits: [
    {
      file: 'reference/session-store-v2/reads.ts',
      find: `  eachFrame(h, from, to, (frame) => found.push(frame));
  return found;
`,
      replace: `  eachFrame(h, from, to, (frame) => found.push(frame));
  return found.toSorted((a, b) => (a.entryId < b.entryId ? -1 : 1));
`,
    },
  ],
};
