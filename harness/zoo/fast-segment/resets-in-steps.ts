import type { Bug } from '../types.ts';

export const resetsInSteps: Bug = {
  id: 'resets-in-steps',
  kind: 'fast-segment',
  text: 'Takes published frames back one sync after the other.',
  clause: 'FAST-S4-2',
  needs: 'kill',
  leansOn: { operations: ['truncate', 'reset'] },
  edits: [
    {
      file: 'reference/fast-segment/truncate.ts',
      find: `  if (to < h.published) replaceWith(h, to);
`,
      replace: `  const range = { fs: h.files.fs, fd: h.fd, from: headerBytes, to: h.published };
  if (h.published - to > 80) truncate(h, BigInt([...framesOf(range)].at(-2)?.to ?? to));
  if (to < h.published) replaceWith(h, to);
`,
    },
  ],
};
