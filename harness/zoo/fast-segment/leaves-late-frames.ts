import type { Bug } from '../types.ts';

export const leavesLateFrames: Bug = {
  id: 'leaves-late-frames',
  kind: 'fast-segment',
  text: 'Leaves the frames of a seal that timed out, so that the next one publishes them.',
  clause: 'FAST-OPS-1',
  needs: 'history',
  edits: [
    {
      file: 'reference/fast-segment/publish.ts',
      find: `      cutBack(h, before);
`,
      replace: '',
    },
  ],
};
