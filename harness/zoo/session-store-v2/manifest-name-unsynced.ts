import type { Bug } from '../types.ts';

export const manifestNameUnsynced: Bug = {
  id: 'manifest-name-unsynced',
  kind: 'session-store-v2',
  text: 'Acknowledges a manifest before its new name is durable.',
  clause: 'SSV2-S3-7',
  needs: 'power',
  barrier: '',
  strikes: ['manifest'],
  leansOn: { operations: ['manifest'] },
  edits: [
    {
      file: 'reference/session-store-v2/replace.ts',
      find: '  files.syncDir(target.dir);',
      replace: "  if (!target.path.endsWith('manifest.json')) files.syncDir(target.dir);",
    },
  ],
};
