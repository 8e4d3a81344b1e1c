import type { Bug } from '../types.ts';

export const restartsChain: Bug = {
  id: 'restarts-chain',
  kind: 'wal-segment',
  text: 'Begins a chain of its own where a restart begins a segment.',
  clause: 'WAL-OPS-1',
  needs: 'history',
  leansOn: { operations: ['open'] },
  edits: [
    {
      file: 'reference/wal-segment/store.ts',
      find: `  const prev = kept.fold.hex();
`,
      replace: `  const prev = noHash;
`,
    },
  ],
};
