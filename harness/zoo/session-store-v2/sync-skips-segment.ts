import type { Bug } from '../types.ts';

export const syncSkipsSegment: Bug = {
  id: 'sync-skips-segment',
  kind: 'session-store-v2',
  text: 'Syncs the index and the directories, and forgets the segment.',
  clause: 'SSV2-S3-1',
  needs: 'power',
  barrier: 'segments/*.seg',
  edits: [
    {
      file: 'reference/session-store-v2/handle.ts',
      find: `  if (h.active !== null) h.files.sync(openTail(h, h.active));
  if (h.index.mark`,
      replace: '  if (h.index.mark',
    },
  ],
};
