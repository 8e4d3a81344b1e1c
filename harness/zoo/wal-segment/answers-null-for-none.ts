import type { Bug } from '../types.ts';

export const answersNullForNone: Bug = {
  id: 'answers-null-for-none',
  kind: 'wal-segment',
  text: 'Answers null where a permissive replay meets a problem, and dies of it.',
  clause: 'WAL-S9-1',
  needs: 'damage',
  edits: [
    {
      file: 'reference/wal-segment/read.ts',
      find: `  if (strict) requireReadable(scan);
  return found;
`,
      replace: `  if (strict) requireReadable(scan);
  return strict || scan.problem === null ? found : null;
`,
    },
  ],
};
