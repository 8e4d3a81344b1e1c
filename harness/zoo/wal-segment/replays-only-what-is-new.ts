import type { Bug } from '../types.ts';

export const replaysOnlyWhatIsNew: Bug = {
  id: 'replays-only-what-is-new',
  kind: 'wal-segment',
  text: 'Goes on where its last replay ended, and shows no frame a second time.',
  clause: 'WAL-S5-1',
  needs: 'history',
  edits: [
    {
      file: 'reference/wal-segment/read.ts',
      find: `  readAll(scan, () => scan.lastSeq > after && found.push(scan.frame()));
`,
      replace: `  const seen = (replay.seen ??= new WeakMap());
  readAll(scan, () => scan.lastSeq > (seen.get(env.fs) ?? after) && found.push(scan.frame()));
  seen.set(env.fs, scan.lastSeq);
`,
    },
  ],
};
