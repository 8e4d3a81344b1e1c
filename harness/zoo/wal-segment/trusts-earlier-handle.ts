import type { Bug } from '../types.ts';

export const trustsEarlierHandle: Bug = {
  id: 'trusts-earlier-handle',
  kind: 'wal-segment',
  text: 'Begins a segment behind one that an earlier handle left unsynced.',
  clause: 'WAL-S11-1',
  needs: 'power',
  barrier: 'segment_*.aedbwal',
  leansOn: { operations: ['open'] },
  edits: [
    {
      file: 'reference/wal-segment/recover.ts',
      find: `    if (problem === null && last !== undefined) settle(site, last);
`,
      replace: '',
    },
  ],
};
