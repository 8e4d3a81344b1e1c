import type { Bug } from '../types.ts';

export const destroysRolledBackTail: Bug = {
  id: 'destroys-rolled-back-tail',
  kind: 'session-store-v2',
  text: 'Cuts what a rollback takes off the last kept segment without keeping it.',
  clause: 'SSV2-S1-1',
  needs: 'kill',
  leansOn: { operations: ['checkpoint', 'rollback'] },
  edits: [
    {
      file: 'reference/session-store-v2/finish-rollback.ts',
      find: '  const { keptIn } = keepTail(files, paths, { path, base: name, from, to }, limits);',
      replace:
        "  const keptIn = limits === undefined ? keepTail(files, paths, { path, base: name, from, to }, limits).keptIn : '';",
    },
  ],
};
