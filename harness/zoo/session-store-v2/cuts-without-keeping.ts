import type { Bug } from '../types.ts';

export const cutsWithoutKeeping: Bug = {
  id: 'cuts-without-keeping',
  kind: 'session-store-v2',
  text: 'Cuts a torn frame without keeping its bytes anywhere.',
  clause: 'SSV2-S1-1',
  needs: 'kill',
  edits: [
    {
      file: 'reference/session-store-v2/repair.ts',
      find: '  if (look.cut !== null) {',
      replace: '  if (look.cut !== null && index === undefined) {',
    },
  ],
};
