import { constants } from 'node:fs';
import type { Bug } from '../types.ts';

const { O_EXCL, O_NOFOLLOW } = constants;

/** Not an edit but a file system: it never says that a name is a link, nor that it was there. */
export const makesThroughLinks: Bug = {
  id: 'makes-through-links',
  kind: 'fast-segment',
  text: 'Opens what a link in the place of its file leads to, and makes it where nothing is there.',
  clause: 'FAST-S12-2',
  needs: 'damage',
  leansOn: { damage: ['replace'] },
  wrap: (fs) => ({
    ...fs,
    lstatSync: (path) => fs.statSync(path),
    openSync: (path, flags, mode) => fs.openSync(path, flags & ~(O_NOFOLLOW | O_EXCL), mode),
  }),
};
