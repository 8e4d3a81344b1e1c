import type { Bug } from '../types.ts';

export const refusesJsonWithoutCode: Bug = {
  id: 'refuses-json-without-code',
  kind: 'session-store-v2',
  text: 'Refuses a payload that is not JSON with an error that has no code.',
  clause: 'SSV2-ERR-1',
  needs: 'history',
  edits: [
    {
      file: 'reference/session-store-v2/payload.ts',
      find: `    throw new StoreError('payload_not_json', error.message, { cause: error });
`,
      replace: `    throw new SyntaxError(error.message);
`,
    },
  ],
};
