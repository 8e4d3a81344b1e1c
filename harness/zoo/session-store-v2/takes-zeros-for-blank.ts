import type { Bug } from '../types.ts';

export const takesZerosForBlank: Bug = {
  id: 'takes-zeros-for-blank',
  kind: 'session-store-v2',
  text: 'Takes a tail of zeros, which a power cut leaves of a lost write, for a blank line.',
  clause: 'SSV2-S3-4',
  needs: 'power',
  edits: [
    {
      file: 'reference/session-store-v2/scan.ts',
      find: 'if (read === null && line.ended && isBlank(line)) canonical = false;',
      replace:
        'if (read === null && (line.ended ? isBlank(line) : line.bytes[line.from] === 0)) canonical = false;',
    },
  ],
};
