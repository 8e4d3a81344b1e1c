import type { Bug } from '../types.ts';

export const checkpointAheadOfLog: Bug = {
  id: 'checkpoint-ahead-of-log',
  kind: 'session-store-v2',
  text: 'Writes a checkpoint of entries that are not yet durable.',
  clause: 'SSV2-S3-1',
  needs: 'power',
  barrier: 'segments/*.seg',
  leansOn: { operations: ['checkpoint'] },
  strikes: ['checkpoint'],
  edits: [
    {
      file: 'reference/session-store-v2/checkpoint.ts',
      find: `  syncAll(h);
  const { files, paths, limits, entries } = h;`,
      replace: '  const { files, paths, limits, entries } = h;',
    },
  ],
};
