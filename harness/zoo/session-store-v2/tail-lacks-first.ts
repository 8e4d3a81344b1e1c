import type { Bug } from '../types.ts';

export const tailLacksFirst: Bug = {
  id: 'tail-lacks-first',
  kind: 'session-store-v2',
  text: 'A tail that asks for more than there is lacks the first entry.',
  clause: 'SSV2-S5-6',
  needs: 'history',
  edits: [
    {
      file: 'reference/session-store-v2/store.ts',
      find: 'frames(h, entries.count - clamp(count, entries.count) + 1, entries.count)',
      replace:
        'frames(h, Math.max(entries.count - clamp(count, entries.count), 1) + 1, entries.count)',
    },
  ],
};
