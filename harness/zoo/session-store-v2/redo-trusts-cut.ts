import type { Bug } from '../types.ts';

export const redoTrustsCut: Bug = {
  id: 'redo-trusts-cut',
  kind: 'session-store-v2',
  text: 'Takes the cut of a rollback that an earlier try made for durable.',
  clause: 'SSV2-S4-2',
  needs: 'nested',
  takesTwo: true,
  pair: ['kill', 'power'],
  barrier: 'segments/*.seg',
  leansOn: { operations: ['checkpoint', 'rollback'] },
  strikes: ['rollback'],
  edits: [
    {
      file: 'reference/session-store-v2/finish-rollback.ts',
      find: `    if (files.look(path) !== null) files.using(files.openAppend(path), (fd) => files.sync(fd));
`,
      replace: '',
    },
  ],
};
