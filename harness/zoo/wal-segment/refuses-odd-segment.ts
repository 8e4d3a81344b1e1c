import type { Bug } from '../types.ts';

export const refusesOddSegment: Bug = {
  id: 'refuses-odd-segment',
  kind: 'wal-segment',
  text: 'Opens a log whose header uses reserved bytes, and refuses to replay it.',
  clause: 'WAL-S5-5',
  needs: 'damage',
  leansOn: { damage: ['splice'] },
  edits: [
    {
      file: 'reference/wal-segment/read.ts',
      find: `  if (strict) requireReadable(scan);
  return found;
`,
      replace: `  if (strict) requireReadable(scan);
  if (strict && scan.notices.some(({ code }) => code === 'non_canonical'))
    throw new StoreError('unsupported_version', 'reserved bytes are in use');
  return found;
`,
    },
  ],
};
