import type { Bug } from '../types.ts';

export const refreshesManifest: Bug = {
  id: 'refreshes-manifest',
  kind: 'session-store-v2',
  text: 'Brings the counters of the manifest up to date at each open.',
  clause: 'SSV2-S2-3',
  needs: 'history',
  leansOn: { operations: ['manifest'] },
  edits: [
    {
      file: 'reference/session-store-v2/store.ts',
      find: `    requireUnmoved(h, look);
`,
      replace: `    requireUnmoved(h, look);
    const old = readManifest(site.files, site.paths, site.limits);
    if (old !== null) manifest(h, old);
`,
    },
  ],
};
