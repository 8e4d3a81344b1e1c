import type { Bug } from '../types.ts';

export const refusesTornTail: Bug = {
  id: 'refuses-torn-tail',
  kind: 'append-log',
  text: 'Refuses a log whose last frame is torn, as if somebody had damaged it.',
  clause: 'LOG-S4-1',
  needs: 'kill',
  edits: [
    {
      file: 'ports/examples/append-log.ts',
      find: `  if (end < found.length) {
`,
      replace: `  if (end < found.length) {
    throw Object.assign(new Error('the log is damaged'), { code: 'corrupt' });
`,
    },
  ],
};
