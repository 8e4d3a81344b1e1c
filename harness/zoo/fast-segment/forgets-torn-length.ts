import type { Bug } from '../types.ts';

export const forgetsTornLength: Bug = {
  id: 'forgets-torn-length',
  kind: 'fast-segment',
  text: 'Begins a segment anew whose committed length was torn while it was written.',
  clause: 'FAST-S1-1',
  needs: 'kill',
  strikes: ['seal', 'syncGroup'],
  edits: [
    {
      file: 'reference/fast-segment/examine.ts',
      find: "return { is: 'torn-length', committed: end,",
      replace: "return { is: 'torn-length', committed: headerBytes,",
    },
  ],
};
