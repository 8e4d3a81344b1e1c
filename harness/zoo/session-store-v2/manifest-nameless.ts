import type { Bug } from '../types.ts';

export const manifestNameless: Bug = {
  id: 'manifest-nameless',
  kind: 'session-store-v2',
  text: 'Renames the manifest into place and syncs another directory than its own.',
  clause: 'SSV2-S3-7',
  needs: 'power',
  barrier: '',
  strikes: ['manifest'],
  leansOn: { operations: ['manifest'] },
  edits: [
    {
      file: 'reference/session-store-v2/manifest.ts',
      find: '{ path: paths.manifest, dir: paths.root, staged }',
      replace: '{ path: paths.manifest, dir: paths.checkpoints, staged }',
    },
  ],
};
