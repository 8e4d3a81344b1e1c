import type { Bug } from '../types.ts';

const bytesAtOnce = 2 << 20;
const scratch = new Uint8Array(bytesAtOnce);

/** Not an edit but a file system: whatever is asked for, it asks the disk for two mebibytes. */
export const readsMoreThanIsThere: Bug = {
  id: 'reads-more-than-is-there',
  kind: 'fast-segment',
  text: 'Asks for two mebibytes at once, however small its files are.',
  clause: 'FAST-S9-1',
  needs: 'history',
  wrap: (fs) => ({
    ...fs,
    readSync: (fd, buffer, offset, length, position) => {
      const got = fs.readSync(fd, scratch, 0, bytesAtOnce, position);
      const taken = Math.min(got, length);
      buffer.set(scratch.subarray(0, taken), offset);
      return taken;
    },
  }),
};
