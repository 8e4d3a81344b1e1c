import type { Bug } from '../types.ts';

export const rebuildsForEver: Bug = {
  id: 'rebuilds-for-ever',
  kind: 'session-store-v2',
  text: 'Writes the index anew at every open.',
  clause: 'SSV2-S4-1',
  needs: 'history',
  edits: [
    {
      file: 'reference/session-store-v2/index-file.ts',
      find: '  if (r.rows === entries.count) return null;',
      replace: "  if (r.rows === entries.count) return r.rows > 0 ? 'index_missing' : null;",
    },
  ],
};
