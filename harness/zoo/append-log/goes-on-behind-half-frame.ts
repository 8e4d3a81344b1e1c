import type { Bug } from '../types.ts';

export const goesOnBehindHalfFrame: Bug = {
  id: 'goes-on-behind-half-frame',
  kind: 'append-log',
  text: 'Goes on after a write that failed, behind whatever it left.',
  clause: 'LOG-S7-1',
  needs: 'errors',
  errors: [{ is: 'short' }, { is: 'error', calls: ['writeSync'] }],
  edits: [
    {
      file: 'ports/examples/append-log.ts',
      find: `    broken = true;
    action();`,
      replace: '    action();',
    },
    {
      file: 'ports/examples/append-log.ts',
      find: '        const frame = frameOf(payload);\n',
      replace: `        const frame = frameOf(payload);
        end = fs.fstatSync(fd).size;
`,
    },
  ],
};
