import type { Bug } from '../types.ts';

export const cutsUnendedFrame: Bug = {
  id: 'cuts-unended-frame',
  kind: 'session-store-v2',
  text: 'Cuts a last frame that lacks nothing but its line feed.',
  clause: 'SSV2-S5-2',
  needs: 'kill',
  strikes: ['append'],
  edits: [
    {
      file: 'reference/session-store-v2/scan.ts',
      find: `    const read = readFrame(line);
    if (read === null`,
      replace: `    const read = line.ended ? readFrame(line) : null;
    if (read === null`,
    },
  ],
};
