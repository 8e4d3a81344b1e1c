import type { Bug } from '../types.ts';

export const goesOnAfterFailedSync: Bug = {
  id: 'goes-on-after-failed-sync',
  kind: 'wal-segment',
  text: 'Reports a failed sync, and goes on as if the segment still held what it wrote.',
  clause: 'WAL-S7-2',
  needs: 'errors',
  errors: [{ is: 'sync revert' }],
  edits: [
    {
      file: 'reference/wal-segment/files.ts',
      find: `      this.fs.fdatasyncSync(fd);
    } catch (error) {
      this.poisoned = true;
      throw error;
    }`,
      replace: `      this.fs.fdatasyncSync(fd);
    } catch (error) {
      throw error;
    }`,
    },
  ],
};
