import type { Bug } from '../types.ts';

export const namesCopyWithoutDigest: Bug = {
  id: 'names-copy-without-digest',
  kind: 'session-store-v2',
  text: 'Reports another name than the one that it kept a fragment under.',
  clause: 'SSV2-S10-4',
  needs: 'kill',
  strikes: ['append'],
  edits: [
    {
      file: 'reference/session-store-v2/keep.ts',
      find: `keptIn: \`quarantine/\${name}\``,
      replace: `keptIn: \`quarantine/\${fragment.base}@\${fragment.from}.bin\``,
    },
  ],
};
