import type { Bug } from '../types.ts';

export const hidesChainRestart: Bug = {
  id: 'hides-chain-restart',
  kind: 'wal-segment',
  text: 'Takes a segment that begins a chain of its own, and says nothing of it.',
  clause: 'WAL-S10-4',
  needs: 'damage',
  leansOn: { damage: ['splice'] },
  edits: [
    {
      file: 'reference/wal-segment/scan.ts',
      find: `      this.notices.push({ code: 'chain_restart', file: file.name });
`,
      replace: '',
    },
  ],
};
