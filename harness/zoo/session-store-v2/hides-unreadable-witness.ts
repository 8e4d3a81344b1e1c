import type { Bug } from '../types.ts';

export const hidesUnreadableWitness: Bug = {
  id: 'hides-unreadable-witness',
  kind: 'session-store-v2',
  text: 'Takes a manifest or checkpoint that cannot be read for none, and says nothing of it.',
  clause: 'SSV2-S10-5',
  needs: 'damage',
  leansOn: { operations: ['manifest', 'checkpoint'] },
  edits: [
    {
      file: 'reference/session-store-v2/witnesses.ts',
      find: `      notices.push({ code: 'witness_unreadable', file, detail: error.code });
`,
      replace: '',
    },
  ],
};
