import type { Bug } from '../types.ts';

export const inspectorRefuses: Bug = {
  id: 'inspector-refuses',
  kind: 'session-store-v2',
  text: 'Refuses to show what verifies of a store that it would not open for writing.',
  clause: 'SSV2-S5-3',
  needs: 'damage',
  edits: [
    {
      file: 'reference/session-store-v2/store.ts',
      find: 'notices.push(look.refusal);',
      replace: 'throw new StoreError(look.refusal.code, look.refusal.detail);',
    },
  ],
};
