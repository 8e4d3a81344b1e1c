import type { Bug } from '../types.ts';

export const skipsPayloadHash: Bug = {
  id: 'skips-payload-hash',
  kind: 'session-store-v2',
  text: 'Never compares a payload with the hash that its frame states.',
  clause: 'SSV2-S5-5',
  needs: 'damage',
  edits: [
    {
      file: 'reference/session-store-v2/scan.ts',
      find: '    if (sha256Hex(payload) !== payloadSha256) return null;',
      replace: '    if (payload === payloadSha256) return null;',
    },
  ],
};
