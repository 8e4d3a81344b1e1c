import type { Bug } from '../types.ts';

export const hidesFailedSync: Bug = {
  id: 'hides-failed-sync',
  kind: 'fast-segment',
  text: 'Acknowledges a seal whose sync failed, and refuses only what comes after it.',
  clause: 'FAST-S7-3',
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
      this.poisoned = true;
    }`,
    },
  ],
};
