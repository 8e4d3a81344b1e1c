import type { Bug } from '../types.ts';

export const readsOn: Bug = {
  id: 'reads-on',
  kind: 'fast-segment',
  text: 'Begins a read where the last one ended.',
  clause: 'FAST-S5-4',
  needs: 'history',
  edits: [
    {
      file: 'reference/fast-segment/store.ts',
      find: `    let end = headerBytes;
`,
      replace: `    let end = h.readTo ?? headerBytes;
`,
    },
    {
      file: 'reference/fast-segment/store.ts',
      find: `    if (end === published) return;
`,
      replace: `    if ((h.readTo = end) === published) return;
`,
    },
  ],
};
