import type { Bug } from '../types.ts';

export const resetsInSteps: Bug = {
  id: 'resets-in-steps',
  kind: 'fast-segment',
  text: 'Takes published frames back in two steps, each durable.',
  clause: 'FAST-S4-2',
  needs: 'kill',
  leansOn: { operations: ['truncate', 'reset'] },
  edits: [
    {
      file: 'reference/fast-segment/truncate.ts',
      find: `  if (to < h.published) replaceWith(h, to);
`,
      replace: `  for (let at = h.published - 1; at > to; at--)
    try { requireBoundary(h, BigInt(at)); replaceWith(h, at); break; } catch {}
  if (to < h.published) replaceWith(h, to);
`,
    },
  ],
};
