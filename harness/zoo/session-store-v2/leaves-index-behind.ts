import type { Bug } from '../types.ts';

export const leavesIndexBehind: Bug = {
  id: 'leaves-index-behind',
  kind: 'session-store-v2',
  text: 'Leaves an index as it is that lacks the last rows.',
  clause: 'SSV2-S10-1',
  needs: 'kill',
  edits: [
    {
      file: 'reference/session-store-v2/index-file.ts',
      find: "  return mark === null || mark.size === 0 ? 'index_missing' : 'index_behind';",
      replace: "  return mark === null || mark.size === 0 ? 'index_missing' : null;",
    },
  ],
};
