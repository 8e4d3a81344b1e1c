import type { Bug } from '../types.ts';

export const acceptsOwnParent: Bug = {
  id: 'accepts-own-parent',
  kind: 'session-store-v2',
  text: 'Appends an entry that names itself as its parent.',
  clause: 'SSV2-S6-3',
  needs: 'history',
  edits: [
    {
      file: 'reference/session-store-v2/append.ts',
      find: '  if (parent === 0 && entry.parent !== null) {',
      replace: `  if (parent === 0 && entry.parent !== null && entry.parent !== entry.id) {`,
    },
  ],
};
