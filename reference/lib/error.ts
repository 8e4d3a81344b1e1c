/**
 * Every error that a store of ours throws on purpose. `code` is stable. `definite` says that
 * nothing on the disk was changed by the call; where it is false the effect of the call is in
 * doubt.
 */
export class StoreError extends Error {
  readonly code: string;
  readonly definite: boolean;

  constructor(
    code: string,
    message: string,
    options: { definite?: boolean; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'StoreError';
    this.code = code;
    this.definite = options.definite ?? true;
  }
}
