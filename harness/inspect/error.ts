/** Something asked of the tools that look at real directories cannot be done; `code` is stable. */
export class DirectoryError extends Error {
  readonly code: string;
  readonly path: string;

  constructor(code: string, path: string, message: string) {
    super(message);
    this.name = 'DirectoryError';
    this.code = code;
    this.path = path;
  }
}

/** The errno of a thrown value in lower case (`enoent`), or `unknown`. */
export function errnoOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return 'unknown';
  return typeof thrown.code === 'string' ? thrown.code.toLowerCase() : 'unknown';
}
