import type { Bug } from '../types.ts';

export const verifiesLastFrame: Bug = {
  id: 'verifies-last-frame',
  kind: 'append-log',
  text: 'Verifies the last frame only, for what stands before it must have been written.',
  clause: 'LOG-S3-2',
  needs: 'power',
  edits: [
    {
      file: 'ports/examples/append-log.ts',
      find: '    if (frame.readUInt32LE(4) !== checksum(frame)) return;',
      replace:
        '    if (at + bytes === log.length && frame.readUInt32LE(4) !== checksum(frame)) return;',
    },
  ],
};
