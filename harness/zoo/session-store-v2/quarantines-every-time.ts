import type { Bug } from '../types.ts';

export const quarantinesEveryTime: Bug = {
  id: 'quarantines-every-time',
  kind: 'session-store-v2',
  text: 'Keeps the same index once more at every open, whatever it holds.',
  clause: 'SSV2-S4-1',
  needs: 'history',
  edits: [
    {
      file: 'reference/session-store-v2/index-file.ts',
      find: '  const why = reason(r, entries, mark);',
      replace: "  const why = reason(r, entries, mark) ?? (r.rows > 0 ? 'index_disagrees' : null);",
    },
  ],
};
