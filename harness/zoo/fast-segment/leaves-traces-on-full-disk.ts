import type { Bug } from '../types.ts';

export const leavesTracesOnFullDisk: Bug = {
  id: 'leaves-traces-on-full-disk',
  kind: 'fast-segment',
  text: 'Refuses an open for lack of space and leaves what it had made by then.',
  clause: 'FAST-S1-3',
  needs: 'errors',
  errors: [{ is: 'space' }],
  strikes: ['open'],
  edits: [
    {
      file: 'reference/fast-segment/open.ts',
      find: `    if (!files.poisoned) takeBack(files, made, before);
`,
      replace: '',
    },
  ],
};
