import type { Bug } from '../types.ts';

export const trustsEarlierHandle: Bug = {
  id: 'trusts-earlier-handle',
  kind: 'session-store-v2',
  text: 'Leaves a segment unsynced that an earlier handle wrote, when it begins the next one.',
  clause: 'SSV2-S3-6',
  needs: 'power',
  barrier: 'segments/*.seg',
  leansOn: { operations: ['drop'] },
  edits: [
    {
      file: 'reference/session-store-v2/handle.ts',
      find: `  if (h.active !== null) {
    h.files.sync(`,
      replace: `  if (h.active !== null && h.active.fd !== null) {
    h.files.sync(`,
    },
  ],
};
