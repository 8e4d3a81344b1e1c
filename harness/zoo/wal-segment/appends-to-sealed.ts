import type { Bug } from '../types.ts';

export const appendsToSealed: Bug = {
  id: 'appends-to-sealed',
  kind: 'wal-segment',
  text: 'Opens any segment that it is told to append to, also one that another follows.',
  clause: 'WAL-S6-4',
  needs: 'history',
  edits: [
    {
      file: 'reference/wal-segment/store.ts',
      find: `    if (last !== undefined && seq < last.seq) {
`,
      replace: `    if (last !== undefined && seq < 0n) {
`,
    },
    {
      file: 'reference/wal-segment/store.ts',
      find: `  const last = scan.scanned.at(-1);
  if (last === undefined)
`,
      replace: `  const last = scan.scanned.find((one) => one.seq === seq) ?? scan.scanned.at(-1);
  if (last === undefined)
`,
    },
  ],
};
