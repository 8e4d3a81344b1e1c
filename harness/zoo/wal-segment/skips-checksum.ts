import type { Bug } from '../types.ts';

export const skipsChecksum: Bug = {
  id: 'skips-checksum',
  kind: 'wal-segment',
  text: 'Believes a frame without comparing its checksum.',
  clause: 'WAL-S3-2',
  needs: 'damage',
  edits: [
    {
      file: 'reference/wal-segment/frames.ts',
      find: `    if (crc32c(bytes.subarray(offset, crcAt)) !== bytes.readUInt32BE(crcAt)) return 0;
`,
      replace: '',
    },
  ],
};
