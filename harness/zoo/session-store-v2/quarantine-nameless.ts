import type { Bug } from '../types.ts';

export const quarantineNameless: Bug = {
  id: 'quarantine-nameless',
  kind: 'session-store-v2',
  text: 'Cuts a tail whose copy is durable under no name yet.',
  clause: 'SSV2-S1-4',
  needs: 'nested',
  barrier: 'quarantine',
  takesTwo: true,
  strikes: ['append'],
  edits: [
    {
      file: 'reference/session-store-v2/keep.ts',
      find: `  files.syncDir(place.dir);
`,
      replace: `  if (place.dir !== paths.quarantine) files.syncDir(place.dir);
`,
    },
  ],
};
