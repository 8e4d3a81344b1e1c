import type { Bug } from '../types.ts';

export const replacesNameless: Bug = {
  id: 'replaces-nameless',
  kind: 'fast-segment',
  text: 'Acknowledges a cut while the old file may come back.',
  clause: 'FAST-S3-5',
  needs: 'power',
  leansOn: { operations: ['truncate', 'reset'] },
  edits: [
    {
      file: 'reference/fast-segment/replace.ts',
      find: `    files.syncDir(paths.sessions);
    return temp;`,
      replace: '    return temp;',
    },
  ],
};
