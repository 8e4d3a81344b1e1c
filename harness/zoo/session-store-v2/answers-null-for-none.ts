import type { Bug } from '../types.ts';

export const answersNullForNone: Bug = {
  id: 'answers-null-for-none',
  kind: 'session-store-v2',
  text: 'Answers null for the entries of a store that it would not open, and dies of it.',
  clause: 'SSV2-S9-2',
  needs: 'damage',
  edits: [
    {
      file: 'reference/session-store-v2/store.ts',
      find: 'frames(h, 1, entries.count)),',
      replace: '(h.refusal === null ? frames(h, 1, entries.count) : null)),',
    },
  ],
};
