import type { Bug } from '../types.ts';

export const acceptsSameId: Bug = {
  id: 'accepts-same-id',
  kind: 'session-store-v2',
  text: 'Appends an entry whose id the store already holds.',
  clause: 'SSV2-S6-1',
  needs: 'history',
  edits: [
    {
      file: 'reference/session-store-v2/append.ts',
      find: '  if (entries.numberOf(entry.id) !== 0) {',
      replace: '  if (entries.numberOf(entry.id) < 0) {',
    },
  ],
};
