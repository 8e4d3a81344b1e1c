import type { Bug } from '../types.ts';

export const goesOnAfterFailedSync: Bug = {
  id: 'goes-on-after-failed-sync',
  kind: 'session-store-v2',
  text: 'Reports a failed sync, and goes on as if the file still held what it wrote.',
  clause: 'SSV2-S7-2',
  needs: 'errors',
  errors: [{ is: 'sync revert' }],
  edits: [
    {
      file: 'reference/lib/file-calls.ts',
      find: `      this.fs.fsyncSync(fd);
    } catch (error) {
      this.poisoned = true;
      throw error;`,
      replace: `      this.fs.fsyncSync(fd);
    } catch (error) {
      throw error;`,
    },
    {
      file: 'reference/session-store-v2/append.ts',
      find: `  } catch (error) {
    h.files.poisoned = true;
    throw error;`,
      replace: `  } catch (error) {
    throw error;`,
    },
  ],
};
