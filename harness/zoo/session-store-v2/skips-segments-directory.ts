import type { Bug } from '../types.ts';

export const skipsSegmentsDirectory: Bug = {
  id: 'skips-segments-directory',
  kind: 'session-store-v2',
  text: 'Syncs every directory but the one that holds the segments.',
  clause: 'SSV2-S3-1',
  needs: 'power',
  barrier: 'segments',
  edits: [
    {
      file: 'reference/session-store-v2/handle.ts',
      find: 'for (const dir of [paths.segments, paths.indexDir, paths.root])',
      replace: 'for (const dir of [paths.indexDir, paths.root])',
    },
  ],
};
