import type { Bug } from '../types.ts';

export const stopsAtOldCopy: Bug = {
  id: 'stops-at-old-copy',
  kind: 'fast-segment',
  text: 'Refuses to mend a file where an earlier try left its unfinished copy.',
  clause: 'FAST-S3-6',
  needs: 'nested',
  takesTwo: true,
  pair: ['kill', 'kill'],
  strikes: ['open', 'seal', 'syncGroup'],
  edits: [
    {
      file: 'reference/fast-segment/files.ts',
      find: `    if (this.look(path) !== null) this.unlink(path);
`,
      replace: '',
    },
  ],
};
