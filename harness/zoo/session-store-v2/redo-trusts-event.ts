import type { Bug } from '../types.ts';

export const redoTrustsEvent: Bug = {
  id: 'redo-trusts-event',
  kind: 'session-store-v2',
  text: 'Takes the event of a rollback that was cut short for durable and removes the intent.',
  clause: 'SSV2-S3-7',
  needs: 'nested',
  barrier: 'migrations/ledger.jsonl',
  takesTwo: true,
  strikes: ['rollback'],
  leansOn: { operations: ['checkpoint', 'rollback'] },
  edits: [
    {
      file: 'reference/session-store-v2/finish-rollback.ts',
      find: `  if (last !== null && isSameEvent(last, event)) syncLedger(files, paths);
  else appendEvent`,
      replace: '  if (last === null || !isSameEvent(last, event)) appendEvent',
    },
  ],
};
