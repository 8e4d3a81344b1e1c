import type { Bug } from '../types.ts';

export const sessionNameless: Bug = {
  id: 'session-nameless',
  kind: 'fast-segment',
  text: 'Acknowledges a seal before the name of its file is durable.',
  clause: 'FAST-S3-1',
  needs: 'power',
  barrier: 'sessions',
  edits: [
    {
      file: 'reference/fast-segment/handle.ts',
      find: `  files.syncDir(paths.sessions);
`,
      replace: '',
    },
  ],
};
