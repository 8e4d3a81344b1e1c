import type { Bug } from '../types.ts';

export const hidesFailedDirectorySync: Bug = {
  id: 'hides-failed-directory-sync',
  kind: 'session-store-v2',
  text: 'Takes a directory whose sync failed for durable, as if no file system could sync one.',
  clause: 'SSV2-S7-3',
  needs: 'errors',
  errors: [{ is: 'error', calls: ['fsyncSync'] }],
  edits: [
    {
      file: 'reference/lib/file-calls.ts',
      find: '    this.using(fd, () => this.sync(fd));\n',
      replace: '    this.using(fd, () => { try { this.fs.fsyncSync(fd); } catch {} });\n',
    },
  ],
};
