import type { Bug } from '../types.ts';

export const hidesMissingHead: Bug = {
  id: 'hides-missing-head',
  kind: 'session-store-v2',
  text: 'Says nothing where the index names entries that are gone.',
  clause: 'SSV2-S2-1',
  needs: 'damage',
  edits: [
    {
      file: 'reference/session-store-v2/index-file.ts',
      find: "    notices.push({ code: 'witness_ahead', file, detail });",
      replace: "    if (detail === '') notices.push({ code: 'witness_ahead', file, detail });",
    },
  ],
};
