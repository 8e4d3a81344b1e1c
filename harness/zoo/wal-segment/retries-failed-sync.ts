import type { Bug } from '../types.ts';

export const retriesFailedSync: Bug = {
  id: 'retries-failed-sync',
  kind: 'wal-segment',
  text: 'Tries a sync that failed once more, and believes the second answer.',
  clause: 'WAL-S3-1',
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
      this.fs.fdatasyncSync(fd);
    }`,
    },
  ],
};
