import type { Bug } from '../types.ts';

export const neverLate: Bug = {
  id: 'never-late',
  kind: 'fast-segment',
  text: 'Never asks the clock, and seals however late it is.',
  clause: 'FAST-OPS-1',
  needs: 'history',
  edits: [
    {
      file: 'reference/fast-segment/publish.ts',
      find: 'h.clockMs() - began >= deadlineMs;',
      replace: 'deadlineMs < 0;',
    },
  ],
};
