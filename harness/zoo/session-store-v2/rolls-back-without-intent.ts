import type { Bug } from '../types.ts';

export const rollsBackWithoutIntent: Bug = {
  id: 'rolls-back-without-intent',
  kind: 'session-store-v2',
  text: 'Begins a rollback without writing down that it did.',
  clause: 'SSV2-S4-2',
  needs: 'kill',
  leansOn: { operations: ['rollback'] },
  edits: [
    {
      file: 'reference/session-store-v2/rollback.ts',
      find: '  writeIntent(files, paths, intent);\n',
      replace: '  \n',
    },
    {
      file: 'reference/session-store-v2/finish-rollback.ts',
      find: '  files.unlink(paths.intent);',
      replace: "  if (files.kind(paths.intent) !== 'none') files.unlink(paths.intent);",
    },
  ],
};
