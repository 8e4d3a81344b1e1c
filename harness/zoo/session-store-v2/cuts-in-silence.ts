import type { Bug } from '../types.ts';

export const cutsInSilence: Bug = {
  id: 'cuts-in-silence',
  kind: 'session-store-v2',
  text: 'Cuts a torn frame and says nothing of it.',
  clause: 'SSV2-S10-1',
  needs: 'kill',
  edits: [
    {
      file: 'reference/session-store-v2/repair.ts',
      find: "  return [{ did: 'cut', file, from, to, why: code, ...keptIn(kept) }];",
      replace:
        "  return code === file ? [{ did: 'cut', file, from, to, why: code, ...keptIn(kept) }] : [];",
    },
  ],
};
