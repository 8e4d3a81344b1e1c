import type { Bug } from '../types.ts';

export const clippedFrame: Bug = {
  id: 'clipped-frame',
  kind: 'append-log',
  text: 'Shows a frame that the end of the file cuts short as an entry with a shorter payload.',
  clause: 'LOG-S3-2',
  needs: 'kill',
  edits: [
    {
      file: 'ports/examples/append-log.ts',
      find: `    if (at + bytes > log.length) return;
    const frame = log.subarray(at, at + bytes);
    if (frame.readUInt32LE(4) !== checksum(frame)) return;
`,
      replace: `    const frame = log.subarray(at, at + bytes);
    if (frame.length === bytes && frame.readUInt32LE(4) !== checksum(frame)) return;
`,
    },
  ],
};
