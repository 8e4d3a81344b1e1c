import type { Bug } from '../types.ts';

export const zerosAreEntries: Bug = {
  id: 'zeros-are-entries',
  kind: 'append-log',
  text: 'Leaves the length out of the checksum, so that eight zero bytes verify as an empty entry.',
  clause: 'LOG-S3-2',
  needs: 'damage',
  edits: [
    {
      file: 'ports/examples/append-log.ts',
      find: 'crc32c(frame.subarray(8), crc32c(frame.subarray(0, 4)))',
      replace: 'crc32c(frame.subarray(8))',
    },
  ],
};
