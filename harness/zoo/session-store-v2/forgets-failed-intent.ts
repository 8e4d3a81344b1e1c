import type { Bug } from '../types.ts';

export const forgetsFailedIntent: Bug = {
  id: 'forgets-failed-intent',
  kind: 'session-store-v2',
  text: 'Goes on after a rollback that failed, though its intent already has its name.',
  clause: 'SSV2-S7-4',
  needs: 'errors',
  errors: [
    { is: 'error', calls: ['renameSync'], at: 'tmp/rollback.intent.tmp' },
    { is: 'error', calls: ['fsyncSync'], at: 'tmp' },
  ],
  leansOn: { operations: ['checkpoint', 'rollback', 'sync'] },
  strikes: ['rollback'],
  edits: [
    {
      file: 'reference/session-store-v2/rollback.ts',
      find: 'if (isDurable || hasIntent(h)) {',
      replace: 'if (isDurable) {',
    },
  ],
};
