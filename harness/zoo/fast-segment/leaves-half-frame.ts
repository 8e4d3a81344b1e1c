import type { Bug } from '../types.ts';

export const leavesHalfFrame: Bug = {
  id: 'leaves-half-frame',
  kind: 'fast-segment',
  text: 'Leaves what a failed append had written, and writes the next frame behind it.',
  clause: 'FAST-S3-6',
  needs: 'errors',
  errors: [{ is: 'short' }, { is: 'error', calls: ['writeSync'] }],
  edits: [
    {
      file: 'reference/fast-segment/append.ts',
      find: `    files.undo(fd, before, () => files.fs.ftruncateSync(fd, mark.size));
`,
      replace: `    endsAt(h, files.mark(fd).size, Buffer.alloc(0));
`,
    },
  ],
};
