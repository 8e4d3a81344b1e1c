import type { Bug } from '../types.ts';

export const checkpointNameUnsynced: Bug = {
  id: 'checkpoint-name-unsynced',
  kind: 'session-store-v2',
  text: 'Acknowledges a checkpoint before its name is durable.',
  clause: 'SSV2-S3-7',
  needs: 'power',
  barrier: 'checkpoints',
  strikes: ['checkpoint'],
  leansOn: { operations: ['checkpoint'] },
  edits: [
    {
      file: 'reference/session-store-v2/replace.ts',
      find: '  files.syncDir(target.dir);',
      replace: "  if (!target.dir.endsWith('checkpoints')) files.syncDir(target.dir);",
    },
  ],
};
