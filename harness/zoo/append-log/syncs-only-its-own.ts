import type { Bug } from '../types.ts';

export const syncsOnlyItsOwn: Bug = {
  id: 'syncs-only-its-own',
  kind: 'append-log',
  text: 'Answers a sync without one where this handle has written nothing.',
  clause: 'LOG-S3-1',
  needs: 'power',
  barrier: 'log',
  edits: [
    {
      file: 'ports/examples/append-log.ts',
      find: `  let broken = false;
`,
      replace: `  let [broken, dirty] = [false, false];
`,
    },
    {
      file: 'ports/examples/append-log.ts',
      find: '        end += frame.length;',
      replace: '        [end, dirty] = [end + frame.length, true];',
    },
    {
      file: 'ports/examples/append-log.ts',
      find: '    sync: (): void => orBroken(() => fs.fsyncSync(fd)),',
      replace: '    sync: (): void => orBroken(() => dirty && fs.fsyncSync(fd)),',
    },
  ],
};
