import type { Bug } from '../types.ts';

export const foldsWrongHash: Bug = {
  id: 'folds-wrong-hash',
  kind: 'session-store-v2',
  text: 'Folds something else than payload hashes into the chain when it opens a store.',
  clause: 'SSV2-S5-4',
  needs: 'history',
  edits: [
    {
      file: 'reference/session-store-v2/scan.ts',
      find: '    chain: chainStep(entries.chain, frame.payloadSha256),',
      replace: '    chain: chainStep(entries.chain, sha256Hex(frame.entryId)),',
    },
  ],
};
