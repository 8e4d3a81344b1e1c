import type { Bug } from '../types.ts';

export const readsMoreThanIsThere: Bug = {
  id: 'reads-more-than-is-there',
  kind: 'fast-segment',
  text: 'Makes room for as many bytes as a length says before it looks how many there are.',
  clause: 'FAST-S9-1',
  needs: 'damage',
  edits: [
    {
      file: 'reference/fast-segment/scan.ts',
      find: '  return length <= payloadMost && length + frameFixedBytes <= left ? length : null;',
      replace: '  return length <= payloadMost ? length : null;',
    },
    {
      file: 'reference/fast-segment/scan.ts',
      find: `    if (at + length > to) return null;
`,
      replace: '',
    },
  ],
};
