import type { Files } from './files.ts';

/**
 * Puts `bytes` in the place of the file at `path`: staged durably, renamed, and the rename made
 * durable.
 */
export function replaceFile(
  files: Files,
  target: { readonly path: string; readonly dir: string; readonly staged: string },
  bytes: Uint8Array,
): void {
  files.using(files.openTemp(target.staged), (fd) => {
    files.append(fd, bytes);
    files.sync(fd);
  });
  publish(files, target);
}

/** Puts a staged file in its place and makes that durable. */
export function publish(
  files: Files,
  target: { readonly path: string; readonly dir: string; readonly staged: string },
): void {
  files.rename(target.staged, target.path);
  files.syncDir(target.dir);
}
