import type { Bug } from '../types.ts';

export const replacesUnsynced: Bug = {
  id: 'replaces-unsynced',
  kind: 'fast-segment',
  text: 'Puts a file in the place of the old one before its bytes are durable.',
  clause: 'FAST-S3-6',
  needs: 'power',
  leansOn: { operations: ['truncate', 'reset'] },
  edits: [
    {
      file: 'reference/fast-segment/replace.ts',
      find: `    files.fs.fsyncSync(temp);
`,
      replace: '',
    },
  ],
};
