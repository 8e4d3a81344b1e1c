import type { Bug } from '../types.ts';

export const keepsTornFrame: Bug = {
  id: 'keeps-torn-frame',
  kind: 'session-store-v2',
  text: 'Leaves a torn frame where it is and appends behind it.',
  clause: 'SSV2-S3-4',
  needs: 'kill',
  edits: [
    {
      file: 'reference/session-store-v2/repair.ts',
      find: '  cutTo(site.files, join(site.paths.root, file), from, to);\n',
      replace: '  \n',
    },
    {
      file: 'reference/session-store-v2/store.ts',
      find: 'const size = bad === null ? last.size + grown : bad.from;',
      replace: 'const size = last.size + grown;',
    },
  ],
};
