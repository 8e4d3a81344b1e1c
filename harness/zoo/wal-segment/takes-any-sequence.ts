import type { Bug } from '../types.ts';

export const takesAnySequence: Bug = {
  id: 'takes-any-sequence',
  kind: 'wal-segment',
  text: 'Appends a frame whose sequence is not above the last, so that no replay gets past it.',
  clause: 'WAL-S6-1',
  needs: 'history',
  edits: [
    {
      file: 'reference/wal-segment/handle.ts',
      find: `    if (seq <= last) throw new StoreError('not_increasing', \`\${seq} comes after \${last}\`);
`,
      replace: '',
    },
  ],
};
