import type { Bug } from '../types.ts';

export const writesLastFirst: Bug = {
  id: 'writes-last-first',
  kind: 'fast-segment',
  text: 'Takes the entries of a seal from its list as from a stack, the last one first.',
  clause: 'FAST-S3-3',
  needs: 'history',
  edits: [
    {
      file: 'reference/fast-segment/publish.ts',
      find: `  for (const frame of frames) {
`,
      replace: `  for (let frame = frames.pop(); frame !== undefined; frame = frames.pop()) {
`,
    },
  ],
};
