import { StoreError } from '../../reference/lib/error.ts';
import type { Outcome } from '../../spec/lib/history.ts';

/**
 * An answer or an error as an outcome. Only a `StoreError` may say that nothing happened; all else
 * is in doubt.
 */
export function outcomeOf<R>(run: () => R): Outcome<R> {
  try {
    return { is: 'ok', value: run() };
  } catch (error) {
    if (error instanceof StoreError) {
      return { is: error.definite ? 'fail' : 'info', code: error.code };
    }
    return { is: 'info', code: codeOfUnknown(error) };
  }
}

function codeOfUnknown(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return 'internal';
  const { code } = error;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code)
    ? `io-${code.toLowerCase()}`
    : 'internal';
}
