import type { Bug } from '../types.ts';

export const leavesHalfFrame: Bug = {
  id: 'leaves-half-frame',
  kind: 'wal-segment',
  text: 'Leaves what a failed append had written, and writes the next frame behind it.',
  clause: 'WAL-S4-1',
  needs: 'errors',
  errors: [{ is: 'short' }, { is: 'error', calls: ['writeSync'] }],
  edits: [
    {
      file: 'reference/wal-segment/handle.ts',
      find: `      files.fs.ftruncateSync(active.fd, active.size);
      files.fs.fsyncSync(active.fd);
`,
      replace: `      active.size = files.fs.fstatSync(active.fd).size;
`,
    },
  ],
};
