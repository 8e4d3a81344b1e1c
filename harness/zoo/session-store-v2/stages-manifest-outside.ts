import type { Bug } from '../types.ts';

export const stagesManifestOutside: Bug = {
  id: 'stages-manifest-outside',
  kind: 'session-store-v2',
  text: 'Puts its manifest together beside the directory of the store, not in it.',
  clause: 'SSV2-S12-1',
  needs: 'history',
  leansOn: { operations: ['manifest'] },
  edits: [
    {
      file: 'reference/session-store-v2/manifest.ts',
      find: `  const staged = join(paths.tmp, 'manifest.json.tmp');
`,
      replace: `  const staged = \`\${paths.root}.manifest.tmp\`;
`,
    },
  ],
};
