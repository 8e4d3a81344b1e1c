import type { Bug } from '../types.ts';

export const forgetsLineFeed: Bug = {
  id: 'forgets-line-feed',
  kind: 'session-store-v2',
  text: 'Accepts a last frame without its line feed and lets the next one stand on the same line.',
  clause: 'SSV2-S3-4',
  needs: 'kill',
  edits: [
    {
      file: 'reference/session-store-v2/scan.ts',
      find: '      if (!line.ended) state.adopt.push({ file, at: mark.size });\n',
      replace: '',
    },
  ],
};
