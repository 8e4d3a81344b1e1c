import type { Bug } from '../types.ts';

export const redoesWhatWasDone: Bug = {
  id: 'redoes-what-was-done',
  kind: 'append-log',
  text: 'Writes each frame beside the log first, and appends it again where it still stands there.',
  clause: 'LOG-S3-3',
  needs: 'kill',
  edits: [
    {
      file: 'ports/examples/append-log.ts',
      find: `  const fd = fs.openSync(path, flags, 0o600);
`,
      replace: `  const fd = fs.openSync(path, flags, 0o600);
  if (fs.existsSync(dir + '/next')) fs.appendFileSync(path, fs.readFileSync(dir + '/next'));
`,
    },
    {
      file: 'ports/examples/append-log.ts',
      find: `        const frame = frameOf(payload);
`,
      replace: `        const frame = frameOf(payload);
        fs.writeFileSync(dir + '/next', frame);
`,
    },
    {
      file: 'ports/examples/append-log.ts',
      find: `        end += frame.length;
`,
      replace: `        end += (fs.rmSync(dir + '/next'), frame.length);
`,
    },
  ],
};
