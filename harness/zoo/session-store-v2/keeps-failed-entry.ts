import type { Bug } from '../types.ts';

export const keepsFailedEntry: Bug = {
  id: 'keeps-failed-entry',
  kind: 'session-store-v2',
  text: 'Takes a frame back whose row could not be written, and keeps the entry in memory.',
  clause: 'SSV2-S3-6',
  needs: 'errors',
  errors: [{ is: 'error', calls: ['writeSync'] }],
  edits: [
    {
      file: 'reference/session-store-v2/append.ts',
      find: `    h.entries.keep(h.entries.count - 1);
`,
      replace: '',
    },
  ],
};
