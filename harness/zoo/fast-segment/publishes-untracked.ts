import type { Bug } from '../types.ts';

export const publishesUntracked: Bug = {
  id: 'publishes-untracked',
  kind: 'fast-segment',
  text: 'Publishes a length though frames stand behind it that nobody tracked.',
  clause: 'FAST-OPS-1',
  needs: 'history',
  edits: [
    {
      file: 'reference/fast-segment/publish.ts',
      find: `  requireTracked(h);
  publish(h);`,
      replace: '  publish(h);',
    },
  ],
};
