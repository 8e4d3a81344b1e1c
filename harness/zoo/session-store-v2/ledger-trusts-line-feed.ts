import type { Bug } from '../types.ts';

export const ledgerTrustsLineFeed: Bug = {
  id: 'ledger-trusts-line-feed',
  kind: 'session-store-v2',
  text: 'Takes an event whose line feed is there for whole, though its middle was never written.',
  clause: 'SSV2-S3-7',
  needs: 'power',
  leansOn: { operations: ['ledgerAppend'] },
  edits: [
    {
      file: 'reference/session-store-v2/ledger.ts',
      find: `return !ended || (!tooLong && bytes.subarray(from, to).includes(0));`,
      replace: 'return !ended;',
    },
  ],
};
