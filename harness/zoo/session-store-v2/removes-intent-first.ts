import type { Bug } from '../types.ts';

export const removesIntentFirst: Bug = {
  id: 'removes-intent-first',
  kind: 'session-store-v2',
  text: 'Removes the intent of a rollback before it is carried out.',
  clause: 'SSV2-S4-2',
  needs: 'kill',
  leansOn: { operations: ['rollback'] },
  edits: [
    {
      file: 'reference/session-store-v2/finish-rollback.ts',
      find: '  const count = Number(intent.after.entrySeq);\n',
      replace: '  const count = Number(intent.after.entrySeq);\n  files.unlink(paths.intent);\n',
    },
    {
      file: 'reference/session-store-v2/finish-rollback.ts',
      find: '  files.unlink(paths.intent);\n  files.syncDir(paths.tmp);',
      replace: '  files.syncDir(paths.tmp);',
    },
  ],
};
