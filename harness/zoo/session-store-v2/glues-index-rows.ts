import type { Bug } from '../types.ts';

export const gluesIndexRows: Bug = {
  id: 'glues-index-rows',
  kind: 'session-store-v2',
  text: 'Takes an index whose last row lacks its line feed as it is, so that the next row stands on the same line.',
  clause: 'SSV2-S10-1',
  needs: 'kill',
  edits: [
    {
      file: 'reference/session-store-v2/index-file.ts',
      find: "  if (r.unterminated && r.rows === entries.count) return 'index_unterminated';\n",
      replace: '',
    },
  ],
};
