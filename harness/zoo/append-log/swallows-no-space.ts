import type { Bug } from '../types.ts';

export const swallowsNoSpace: Bug = {
  id: 'swallows-no-space',
  kind: 'append-log',
  text: 'Acknowledges an append whose frame found no space.',
  clause: 'LOG-S3-1',
  needs: 'errors',
  errors: [{ is: 'space' }],
  edits: [
    {
      file: 'ports/examples/append-log.ts',
      find: `    broken = true;
    action();
    broken = false;`,
      replace: `    try {
      action();
    } catch {}`,
    },
  ],
};
