import type { Bug } from '../types.ts';

export const publishesUnsynced: Bug = {
  id: 'publishes-unsynced',
  kind: 'fast-segment',
  text: 'Acknowledges a committed length that is not durable.',
  clause: 'FAST-S3-1',
  needs: 'power',
  barrier: 'sessions/*.fast',
  edits: [
    {
      file: 'reference/fast-segment/publish.ts',
      find: `  files.sync(fd);
  h.published = tracked;`,
      replace: '  h.published = tracked;',
    },
  ],
};
