import type { Bug } from '../types.ts';

export const passesOverOddEntries: Bug = {
  id: 'passes-over-odd-entries',
  kind: 'fast-segment',
  text: 'Shows no entry that is spelled as no store of ours would.',
  clause: 'FAST-S5-3',
  needs: 'damage',
  edits: [
    {
      file: 'reference/fast-segment/store.ts',
      find: '    for (const { entry, to } of framesOf(',
      replace: '    for (const { entry, to, canonical } of framesOf(',
    },
    {
      file: 'reference/fast-segment/store.ts',
      find: `      yield entry;
`,
      replace: `      if (canonical) yield entry;
`,
    },
  ],
};
