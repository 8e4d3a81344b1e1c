import type { Bug } from '../types.ts';

export const cutsOddEntries: Bug = {
  id: 'cuts-odd-entries',
  kind: 'fast-segment',
  text: 'Cuts committed entries that are spelled as no store of ours would, with all behind them.',
  clause: 'FAST-S5-2',
  needs: 'damage',
  edits: [
    {
      file: 'reference/fast-segment/examine.ts',
      find: '    for (const { to, canonical } of placesOf(',
      replace: '    for (const { from, to, canonical } of placesOf(',
    },
    {
      file: 'reference/fast-segment/examine.ts',
      find: `      if (!canonical) odd++;
`,
      replace: `      if (!canonical) return { is: 'sound', committed: from, size, odd };
`,
    },
  ],
};
