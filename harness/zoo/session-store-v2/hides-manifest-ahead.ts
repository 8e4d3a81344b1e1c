import type { Bug } from '../types.ts';

export const hidesManifestAhead: Bug = {
  id: 'hides-manifest-ahead',
  kind: 'session-store-v2',
  text: 'Says nothing where manifest or checkpoint name a head that no entry reaches.',
  clause: 'SSV2-S2-1',
  needs: 'damage',
  edits: [
    {
      file: 'reference/session-store-v2/witnesses.ts',
      find: '    if (options.explained || head <= BigInt(entries.count)) return;',
      replace: '    if (options.explained || head > 0n) return;',
    },
  ],
};
