import type { Bug } from '../types.ts';

export const retriesFailedSync: Bug = {
  id: 'retries-failed-sync',
  kind: 'session-store-v2',
  text: 'Tries a sync that failed once more, and believes the second answer.',
  clause: 'SSV2-S3-1',
  needs: 'errors',
  errors: [{ is: 'sync clean' }],
  edits: [
    {
      file: 'reference/lib/file-calls.ts',
      find: `      this.fs.fsyncSync(fd);
    } catch (error) {
      this.poisoned = true;
      throw error;
    }`,
      replace: `      this.fs.fsyncSync(fd);
    } catch {
      this.fs.fsyncSync(fd);
    }`,
    },
  ],
};
