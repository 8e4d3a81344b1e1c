import type { Bug } from '../types.ts';

export const manifestUnlinkedFirst: Bug = {
  id: 'manifest-unlinked-first',
  kind: 'session-store-v2',
  text: 'Removes the old manifest before the new one has its name.',
  clause: 'SSV2-S3-7',
  needs: 'kill',
  strikes: ['manifest'],
  leansOn: { operations: ['manifest'] },
  edits: [
    {
      file: 'reference/session-store-v2/manifest.ts',
      find: `  syncAll(h);
`,
      replace: `  syncAll(h);
  if (files.kind(paths.manifest) !== 'none') files.unlink(paths.manifest);
`,
    },
  ],
};
