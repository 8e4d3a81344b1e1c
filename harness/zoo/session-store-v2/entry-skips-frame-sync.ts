import type { Bug } from '../types.ts';

export const entrySkipsFrameSync: Bug = {
  id: 'entry-skips-frame-sync',
  kind: 'session-store-v2',
  text: 'Acknowledges an append of durability entry without syncing its segment.',
  clause: 'SSV2-S3-1',
  needs: 'power',
  barrier: 'segments/*.seg',
  edits: [
    {
      file: 'reference/session-store-v2/append.ts',
      find: `    h.files.sync(openTail(h, active));
    makeNamesDurable(h);`,
      replace: `    openTail(h, active);
    makeNamesDurable(h);`,
    },
  ],
};
