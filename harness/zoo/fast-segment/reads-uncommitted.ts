import type { Bug } from '../types.ts';

export const readsUncommitted: Bug = {
  id: 'reads-uncommitted',
  kind: 'fast-segment',
  text: 'Shows entries that were appended and never committed.',
  clause: 'FAST-OPS-1',
  needs: 'history',
  edits: [
    {
      file: 'reference/fast-segment/store.ts',
      find: 'from: end, to: published })',
      replace: 'from: end, to: h.mark.size })',
    },
    {
      file: 'reference/fast-segment/store.ts',
      find: '  if (end === published) return;',
      replace: '  if (end >= published) return;',
    },
  ],
};
