import type { Bug } from '../types.ts';

export const manifestAheadOfLog: Bug = {
  id: 'manifest-ahead-of-log',
  kind: 'session-store-v2',
  text: 'Writes a manifest of entries that are not yet durable.',
  clause: 'SSV2-S3-1',
  needs: 'power',
  barrier: 'segments/*.seg',
  leansOn: { operations: ['manifest'] },
  strikes: ['manifest'],
  edits: [
    {
      file: 'reference/session-store-v2/manifest.ts',
      find: `  syncAll(h);
  const staged`,
      replace: '  const staged',
    },
  ],
};
