import { constants } from 'node:fs';
import type { Bug } from '../types.ts';

/** Not an edit but a file system: it never says that a name is a link. */
export const followsLinks: Bug = {
  id: 'follows-links',
  kind: 'fast-segment',
  text: 'Follows a symbolic link that stands in the place of one of its files.',
  clause: 'FAST-S5-1',
  needs: 'damage',
  leansOn: { damage: ['replace'] },
  wrap: (fs) => ({
    ...fs,
    lstatSync: (path) => fs.statSync(path),
    openSync: (path, flags, mode) => fs.openSync(path, flags & ~constants.O_NOFOLLOW, mode),
  }),
};
