import type { Bug } from '../types.ts';

export const namesDurableTooSoon: Bug = {
  id: 'names-durable-too-soon',
  kind: 'session-store-v2',
  text: 'Notes that its names are durable before it syncs them, so that nobody does where that fails.',
  clause: 'SSV2-S3-1',
  needs: 'errors',
  takesTwo: true,
  errors: [{ is: 'error', calls: ['openSync'], at: 'segments' }],
  leansOn: { operations: ['checkpoint'] },
  edits: [
    {
      file: 'reference/session-store-v2/handle.ts',
      find: '  const { files, paths } = h;\n  for (const dir',
      replace: '  const { files, paths } = h;\n  h.namesDurable = true;\n  for (const dir',
    },
  ],
};
