import type { Bug } from '../types.ts';

export const entrySkipsNameSync: Bug = {
  id: 'entry-skips-name-sync',
  kind: 'session-store-v2',
  text: 'Acknowledges an append of durability entry while the name of its segment may still be lost.',
  clause: 'SSV2-S3-1',
  needs: 'power',
  barrier: 'segments',
  edits: [
    {
      file: 'reference/session-store-v2/append.ts',
      find: `    h.files.sync(openTail(h, active));
    makeNamesDurable(h);`,
      replace: '    h.files.sync(openTail(h, active));',
    },
  ],
};
