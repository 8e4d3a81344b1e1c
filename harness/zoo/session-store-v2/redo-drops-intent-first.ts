import type { Bug } from '../types.ts';

export const redoDropsIntentFirst: Bug = {
  id: 'redo-drops-intent-first',
  kind: 'session-store-v2',
  text: 'Removes the intent of a rollback that an open found before it is redone.',
  clause: 'SSV2-S4-2',
  needs: 'nested',
  pair: ['kill', 'kill'],
  leansOn: { operations: ['checkpoint', 'rollback'] },
  strikes: ['rollback'],
  edits: [
    {
      file: 'reference/session-store-v2/repair.ts',
      find: '  const finished = finishRollback(',
      replace: `  files.unlink(paths.intent);
  const finished = finishRollback(`,
    },
    {
      file: 'reference/session-store-v2/finish-rollback.ts',
      find: `  files.unlink(paths.intent);
`,
      replace: `  if (files.kind(paths.intent) !== 'none') files.unlink(paths.intent);
`,
    },
  ],
};
