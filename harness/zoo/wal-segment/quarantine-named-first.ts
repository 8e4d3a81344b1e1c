import type { Bug } from '../types.ts';

export const quarantineNamedFirst: Bug = {
  id: 'quarantine-named-first',
  kind: 'wal-segment',
  text: 'Gives a kept fragment its name before its bytes are in it.',
  clause: 'WAL-S4-1',
  needs: 'nested',
  takesTwo: true,
  pair: ['kill', 'kill'],
  strikes: ['append'],
  edits: [
    {
      file: 'reference/wal-segment/keep.ts',
      find: `    const staged = join(home, 'tmp');
`,
      replace: `    const staged = target;
`,
    },
  ],
};
