import type { Bug } from '../types.ts';

export const acceptsUnknownParent: Bug = {
  id: 'accepts-unknown-parent',
  kind: 'session-store-v2',
  text: 'Appends an entry whose parent is nowhere in the store.',
  clause: 'SSV2-S6-2',
  needs: 'history',
  edits: [
    {
      file: 'reference/session-store-v2/append.ts',
      find: '  if (parent === 0 && entry.parent !== null) {',
      replace: '  if (parent < 0 && entry.parent !== null) {',
    },
  ],
};
