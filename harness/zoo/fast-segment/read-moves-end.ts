import type { Bug } from '../types.ts';

export const readMovesEnd: Bug = {
  id: 'read-moves-end',
  kind: 'fast-segment',
  text: 'Appends where the last read stopped.',
  clause: 'FAST-OPS-1',
  needs: 'history',
  edits: [
    {
      file: 'reference/fast-segment/store.ts',
      find: `  if (end === published) return;
`,
      replace: `  if (end === published) return void (h.mark = { ...h.mark, size: end });
`,
    },
    {
      file: 'reference/fast-segment/handle.ts',
      find: `  return lookAtOurs(h)?.size === h.mark.size && endsAsLeft(h);
`,
      replace: `  return lookAtOurs(h) !== null;
`,
    },
  ],
};
