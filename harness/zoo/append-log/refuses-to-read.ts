import type { Bug } from '../types.ts';

/**
 * Every open is accepted: only whoever asks for the entries learns that there are none any more.
 */
export const refusesToRead: Bug = {
  id: 'refuses-to-read',
  kind: 'append-log',
  text: 'Opens a log whose tail was torn, and then lets nobody read it.',
  clause: 'LOG-S3-1',
  needs: 'kill',
  edits: [
    {
      file: 'ports/examples/append-log.ts',
      find: 'read: (): Uint8Array[] => [...payloads(fs.readFileSync(path))],',
      replace:
        'read: (): Uint8Array[] => [...payloads(fs.readFileSync(found.length > end ? dir : path))],',
    },
  ],
};
