import type { Bug } from '../types.ts';

export const acceptsBrokenJson: Bug = {
  id: 'accepts-broken-json',
  kind: 'session-store-v2',
  text: 'Appends a payload that is not JSON.',
  clause: 'SSV2-S6-4',
  needs: 'history',
  edits: [
    {
      file: 'reference/session-store-v2/payload.ts',
      find: "    throw new StoreError('payload_not_json', error.message, { cause: error });",
      replace: '    return 0;',
    },
  ],
};
