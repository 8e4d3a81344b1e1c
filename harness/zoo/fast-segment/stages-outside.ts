import type { Bug } from '../types.ts';

export const stagesOutside: Bug = {
  id: 'stages-outside',
  kind: 'fast-segment',
  text: 'Puts together what will replace a file beside the directory of the store, not in it.',
  clause: 'FAST-S12-1',
  needs: 'history',
  edits: [
    {
      file: 'reference/fast-segment/paths.ts',
      find: `temp: \`\${path}.tmp\``,
      replace: `temp: \`\${root}.tmp\``,
    },
  ],
};
