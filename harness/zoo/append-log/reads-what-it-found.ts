import type { Bug } from '../types.ts';

export const readsWhatItFound: Bug = {
  id: 'reads-what-it-found',
  kind: 'append-log',
  text: 'Answers each read from what stood in the log when it was opened.',
  clause: 'LOG-OPS-1',
  needs: 'history',
  edits: [
    {
      file: 'ports/examples/append-log.ts',
      find: '[...payloads(fs.readFileSync(path))],',
      replace: '[...payloads(found)],',
    },
  ],
};
