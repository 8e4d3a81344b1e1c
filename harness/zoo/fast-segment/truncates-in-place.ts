import type { Bug } from '../types.ts';

export const truncatesInPlace: Bug = {
  id: 'truncates-in-place',
  kind: 'fast-segment',
  text: 'Cuts published frames first and says so in the header second.',
  clause: 'FAST-S3-6',
  needs: 'kill',
  leansOn: { operations: ['truncate', 'reset'] },
  edits: [
    {
      file: 'reference/fast-segment/truncate.ts',
      find: 'import { headerBytes } from',
      replace: 'import { headerBytes, headerOf } from',
    },
    {
      file: 'reference/fast-segment/truncate.ts',
      find: `  if (to < h.published) replaceWith(h, to);
`,
      replace: `  if (to < h.published) { cut(h, to); h.files.write(h.fd, headerOf(BigInt(to)), 0); h.files.sync(h.fd); h.published = to; }
`,
    },
  ],
};
