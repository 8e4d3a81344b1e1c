import type { Bug } from '../types.ts';

export const unlinksManifestFirst: Bug = {
  id: 'unlinks-manifest-first',
  kind: 'session-store-v2',
  text: 'Removes the manifest before the new one has its name.',
  clause: 'SSV2-S3-7',
  needs: 'kill',
  strikes: ['manifest'],
  leansOn: { operations: ['manifest'] },
  edits: [
    {
      file: 'reference/session-store-v2/manifest.ts',
      find: `  const staged = join(paths.tmp, 'manifest.json.tmp');
`,
      replace: `  const staged = join(paths.tmp, 'manifest.json.tmp');
  if (files.kind(paths.manifest) === 'file') files.unlink(paths.manifest);
`,
    },
  ],
};
