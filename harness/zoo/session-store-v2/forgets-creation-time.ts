import type { Bug } from '../types.ts';

export const forgetsCreationTime: Bug = {
  id: 'forgets-creation-time',
  kind: 'session-store-v2',
  text: 'Takes the time of each manifest for the time when the store was created.',
  clause: 'SSV2-OPS-1',
  needs: 'history',
  leansOn: { operations: ['manifest'] },
  edits: [
    {
      file: 'reference/session-store-v2/manifest.ts',
      find: `  const createdAt = createdAtOf(h) ?? updatedAt;
`,
      replace: `  const createdAt = updatedAt;
`,
    },
  ],
};
