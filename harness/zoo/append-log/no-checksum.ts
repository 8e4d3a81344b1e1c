import type { Bug } from '../types.ts';

export const noChecksum: Bug = {
  id: 'no-checksum',
  kind: 'append-log',
  text: 'Writes a checksum with each entry and never compares it.',
  clause: 'LOG-S3-2',
  needs: 'damage',
  edits: [
    {
      file: 'ports/examples/append-log.ts',
      find: '    if (frame.readUInt32LE(4) !== checksum(frame)) return;\n',
      replace: '',
    },
  ],
};
