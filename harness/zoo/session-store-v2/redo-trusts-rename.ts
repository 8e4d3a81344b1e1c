import type { Bug } from '../types.ts';

export const redoTrustsRename: Bug = {
  id: 'redo-trusts-rename',
  kind: 'session-store-v2',
  text: 'Takes the segments that an earlier try of a rollback set aside for durably gone.',
  clause: 'SSV2-S4-2',
  needs: 'nested',
  takesTwo: true,
  pair: ['kill', 'power'],
  barrier: 'segments',
  leansOn: { operations: ['checkpoint', 'rollback'] },
  strikes: ['rollback'],
  edits: [
    {
      file: 'reference/session-store-v2/finish-rollback.ts',
      find: '  files.syncDir(paths.segments);\n  return above',
      replace: '  return above',
    },
  ],
};
