import type { Bug } from '../types.ts';

export const sessionsNameless: Bug = {
  id: 'sessions-nameless',
  kind: 'fast-segment',
  text: 'Acknowledges a seal before the name of its directory is durable.',
  clause: 'FAST-S3-1',
  needs: 'power',
  edits: [
    {
      file: 'reference/fast-segment/handle.ts',
      find: `  files.syncDir(paths.root);
`,
      replace: '',
    },
  ],
};
