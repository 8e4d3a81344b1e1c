import type { Bug } from '../types.ts';

export const inspectorWrites: Bug = {
  id: 'inspector-writes',
  kind: 'session-store-v2',
  text: 'Lets a handle that was opened for inspection append.',
  clause: 'SSV2-S8-2',
  needs: 'history',
  edits: [
    {
      file: 'reference/session-store-v2/handle.ts',
      find: '  if (h.readOnly) throw',
      replace: '  if (h.readOnly && h.closed) throw',
    },
  ],
};
