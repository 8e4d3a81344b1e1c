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
  const code = (thrown as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' ? code.toLowerCase() : 'unknown';
}
