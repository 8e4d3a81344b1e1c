import type { Bug } from '../types.ts';

export const publishesBeforeData: Bug = {
  id: 'publishes-before-data',
  kind: 'fast-segment',
  text: 'Writes the committed length before the frames are durable that it counts.',
  clause: 'FAST-S3-6',
  needs: 'power',
  barrier: 'sessions/*.fast',
  edits: [
    {
      file: 'reference/fast-segment/publish.ts',
      find: `  if (tracked === published) return;
  files.sync(fd);
`,
      replace: `  if (tracked === published) return;
`,
    },
  ],
};
