import type { Bug } from '../types.ts';

export const takesAnyType: Bug = {
  id: 'takes-any-type',
  kind: 'wal-segment',
  text: 'Appends a frame of a type that no replay applies.',
  clause: 'WAL-S6-2',
  needs: 'history',
  edits: [
    {
      file: 'reference/wal-segment/handle.ts',
      find: '    if (!payloadTypes.includes(type)) {',
      replace: '    if (type > 255) {',
    },
  ],
};
