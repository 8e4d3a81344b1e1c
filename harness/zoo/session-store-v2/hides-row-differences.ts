import type { Bug } from '../types.ts';

export const hidesRowDifferences: Bug = {
  id: 'hides-row-differences',
  kind: 'session-store-v2',
  text: 'Rewrites an index that contradicts the frames, and reports no contradiction.',
  clause: 'SSV2-S2-2',
  needs: 'damage',
  edits: [
    {
      file: 'reference/session-store-v2/index-file.ts',
      find: "  r.notices.push({ code: 'witness_disagrees', file: indexName, detail });",
      replace:
        "  if (detail === '') r.notices.push({ code: 'witness_disagrees', file: indexName, detail });",
    },
  ],
};
