import type { Bug } from '../types.ts';

export const hidesFailedSync: Bug = {
  id: 'hides-failed-sync',
  kind: 'wal-segment',
  text: 'Acknowledges an append whose sync failed, and refuses only what comes after it.',
  clause: 'WAL-S7-3',
  needs: 'errors',
  errors: [{ is: 'sync clean' }],
  edits: [
    {
      file: 'reference/wal-segment/files.ts',
      find: `      this.fs.fdatasyncSync(fd);
    } catch (error) {
      this.poisoned = true;
      throw error;
    }`,
      replace: `      this.fs.fdatasyncSync(fd);
    } catch {
      this.poisoned = true;
    }`,
    },
  ],
};
