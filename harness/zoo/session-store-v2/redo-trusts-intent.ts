import type { Bug } from '../types.ts';

export const redoTrustsIntent: Bug = {
  id: 'redo-trusts-intent',
  kind: 'session-store-v2',
  text: 'Redoes a rollback whose intent may still lose its name.',
  clause: 'SSV2-S4-2',
  needs: 'nested',
  takesTwo: true,
  pair: ['kill', 'power'],
  barrier: 'tmp',
  leansOn: { operations: ['checkpoint', 'rollback'] },
  strikes: ['rollback'],
  edits: [
    {
      file: 'reference/session-store-v2/repair.ts',
      find: `  files.syncDir(paths.tmp);
`,
      replace: '',
    },
  ],
};
