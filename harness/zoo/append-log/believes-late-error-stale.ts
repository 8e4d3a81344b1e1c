import type { Bug } from '../types.ts';

export const believesLateErrorStale: Bug = {
  id: 'believes-late-error-stale',
  kind: 'append-log',
  text: 'Takes the error of a sync for an old one where nothing was written since the last.',
  clause: 'LOG-S7-2',
  needs: 'errors',
  errors: [{ is: 'sync late' }],
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
      replace: "        [end, dirty] = [end + frame.length, durability === 'none'];",
    },
    {
      file: 'ports/examples/append-log.ts',
      find: '    sync: (): void => orBroken(() => fs.fsyncSync(fd)),',
      replace:
        '    sync: (): void => orBroken(() => { try { fs.fsyncSync(fd); dirty = false; } catch (e) { if (dirty) throw e; } }),',
    },
  ],
};
