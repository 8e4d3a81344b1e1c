import type { Bug } from '../types.ts';

export const trustsEarlierHandle: Bug = {
  id: 'trusts-earlier-handle',
  kind: 'fast-segment',
  text: 'Takes the name of a file for durable because an earlier handle made it.',
  clause: 'FAST-S3-1',
  needs: 'power',
  leansOn: { operations: ['open'] },
  edits: [
    {
      file: 'reference/fast-segment/open.ts',
      find: `    return opened({ files, clockMs, paths }, fd, { committed, repairs, notices });
`,
      replace: `    const known = opened({ files, clockMs, paths }, fd, { committed, repairs, notices });
    known.handle.namesDurable = true;
    return known;
`,
    },
  ],
};
