import type { Bug } from '../types.ts';

export const readMovesEnd: Bug = {
  id: 'read-moves-end',
  kind: 'append-log',
  text: 'Counts the end of the log once more with each read, so that the next append leaves a hole.',
  clause: 'LOG-S10-1',
  needs: 'history',
  edits: [
    {
      file: 'ports/examples/append-log.ts',
      find: '    read: (): Uint8Array[] => [...payloads(fs.readFileSync(path))],\n',
      replace: `    read: (): Uint8Array[] =>
      [...payloads(fs.readFileSync(path))].map((p) => ((end += 8 + p.length), p)),
`,
    },
  ],
};
