import type { Bug } from '../types.ts';

export const remembersUncutLength: Bug = {
  id: 'remembers-uncut-length',
  kind: 'fast-segment',
  text: 'Notes how long a segment is before it cuts its tail, and then takes itself for another.',
  clause: 'FAST-S3-4',
  needs: 'kill',
  edits: [
    {
      file: 'reference/fast-segment/open.ts',
      find: `    const found = examine(files.fs, fd, paths);
`,
      replace: `    const found = examine(files.fs, fd, paths);
    const mark = files.mark(fd);
`,
    },
    {
      file: 'reference/fast-segment/open.ts',
      find: `    const repairs = repairsOf(found, paths);
    return opened({ files, clockMs, paths }, fd, { committed, repairs, notices });
`,
      replace: `    const repairs = repairsOf(found, paths);
    const { handle } = opened({ files, clockMs, paths }, fd, { committed, repairs, notices });
    return { handle: { ...handle, mark }, repairs, notices };
`,
    },
  ],
};
