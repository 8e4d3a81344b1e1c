import type { Bug } from '../types.ts';

export const namesDurableTooSoon: Bug = {
  id: 'names-durable-too-soon',
  kind: 'fast-segment',
  text: 'Notes that its names are durable before it syncs them; where that fails nobody does.',
  clause: 'FAST-S7-1',
  needs: 'errors',
  errors: [{ is: 'error', calls: ['openSync'] }],
  strikes: ['seal', 'syncGroup'],
  edits: [
    {
      file: 'reference/fast-segment/handle.ts',
      find: `  if (h.namesDurable) return;
`,
      replace: `  if (h.namesDurable) return;
  h.namesDurable = true;
`,
    },
  ],
};
