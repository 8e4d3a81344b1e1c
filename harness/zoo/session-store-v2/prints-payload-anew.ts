import type { Bug } from '../types.ts';

export const printsPayloadAnew: Bug = {
  id: 'prints-payload-anew',
  kind: 'session-store-v2',
  text: 'Parses a payload and prints it anew, so that large numbers and equal names change.',
  clause: 'SSV2-S3-2',
  needs: 'history',
  edits: [
    {
      file: 'reference/session-store-v2/payload.ts',
      find: '=== 0 ? bytes : withoutBlanks(bytes);',
      replace: '< 0 ? bytes : Buffer.from(JSON.stringify(JSON.parse(text)));',
    },
  ],
};
