import type { Bug } from '../types.ts';

export const checkpointRenamedUnsynced: Bug = {
  id: 'checkpoint-renamed-unsynced',
  kind: 'session-store-v2',
  text: 'Renames a checkpoint into place before its bytes are durable.',
  clause: 'SSV2-S11-1',
  needs: 'power',
  barrier: 'tmp/*.json.tmp',
  strikes: ['checkpoint'],
  leansOn: { operations: ['checkpoint'] },
  edits: [
    {
      file: 'reference/session-store-v2/replace.ts',
      find: `    files.sync(fd);
`,
      replace: `    if (!target.path.includes('checkpoints')) files.sync(fd);
`,
    },
  ],
};
