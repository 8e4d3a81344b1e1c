import type { Bug } from '../types.ts';

export const breaksChainUnseen: Bug = {
  id: 'breaks-chain-unseen',
  kind: 'wal-segment',
  text: 'Never compares what a header holds with the segment before it.',
  clause: 'WAL-S5-2',
  needs: 'damage',
  edits: [
    {
      file: 'reference/wal-segment/scan.ts',
      find: '    if (fold !== null && header.prev !== this.#dueHash()) {',
      replace: '    if (fold === null && header.prev !== this.#dueHash()) {',
    },
  ],
};
