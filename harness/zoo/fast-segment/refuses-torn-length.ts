import type { Bug } from '../types.ts';

export const refusesTornLength: Bug = {
  id: 'refuses-torn-length',
  kind: 'fast-segment',
  text: 'Refuses a file that was killed while its committed length was written.',
  clause: 'FAST-S3-6',
  needs: 'kill',
  edits: [
    {
      file: 'reference/fast-segment/examine.ts',
      find: `  if (end === size) return { is: 'torn-length', committed: end, size, odd };
`,
      replace: '',
    },
  ],
};
