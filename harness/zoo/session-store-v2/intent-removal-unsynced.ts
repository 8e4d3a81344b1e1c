import type { Bug } from '../types.ts';

export const intentRemovalUnsynced: Bug = {
  id: 'intent-removal-unsynced',
  kind: 'session-store-v2',
  text: 'Removes the intent of a rollback, and a power cut brings it back behind later entries.',
  clause: 'SSV2-S3-6',
  needs: 'power',
  barrier: 'tmp',
  leansOn: { operations: ['checkpoint', 'rollback'] },
  edits: [
    {
      file: 'reference/session-store-v2/finish-rollback.ts',
      find: `  files.unlink(paths.intent);
  files.syncDir(paths.tmp);`,
      replace: '  files.unlink(paths.intent);',
    },
  ],
};
