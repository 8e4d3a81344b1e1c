import { isDeepStrictEqual } from 'node:util';
import type { CallMade, CallSite, Injection } from './types.ts';

/**
 * An injection in one line; `calls`, the account of the run, tell which call and file it strikes.
 */
export function injectionText(injection: Injection, calls: readonly CallMade[] = []): string {
  if (injection.is === 'space') {
    const { budgetBytes, backAtStep } = injection;
    const back =
      backAtStep === undefined ? '' : `, and there is space again from step ${backAtStep}`;
    return `the disk is full after ${budgetBytes} more bytes${back}`;
  }
  const where = siteText(injection.at, calls);
  if (injection.is === 'short') {
    const { bytes, nextErrno } = injection;
    const next = nextErrno === undefined ? '' : `, and the next write fails with ${nextErrno}`;
    return `${where} does only ${bytes} byte${bytes === 1 ? '' : 's'}${next}`;
  }
  const { errno } = injection;
  if (injection.is === 'sync') return `${where} ${ways[injection.way].replace('ERRNO', errno)}`;
  const { when, lasting, bytes } = injection;
  const done = bytes === undefined ? 'all was done' : `${bytes} bytes were done`;
  const after = when === 'after' ? ` after ${done}` : '';
  const again = lasting === 'persistent' ? ', and so does every later call of that name' : '';
  return `${where} fails with ${errno}${after}${again}`;
}

const ways: Readonly<Record<'clean' | 'late' | 'revert', string>> = {
  clean: 'fails with ERRNO, and what was pending counts as written',
  late: 'answers success and makes nothing durable; the next sync of the file fails with ERRNO',
  revert: 'fails with ERRNO, and the file goes back to what it was at its last sync',
};

function siteText(at: CallSite, calls: readonly CallMade[]): string {
  const made = calls.find((c) => c.step === at.step && c.nth === at.nth);
  const place = `call ${at.nth} of step ${at.step}`;
  if (made === undefined) return place;
  return `${place} (${made.call}${made.path === undefined ? '' : ` ${made.path || 'the root'}`})`;
}

/** Plainer injections of the same kind of trouble, plainest first; for shrinking. */
export function plainerInjections(injection: Injection): readonly Injection[] {
  switch (injection.is) {
    case 'error': {
      const { is, at, errno, when } = injection;
      const plainest: Injection = { is, at, errno, when: 'before', lasting: 'once' };
      const sameTime: Injection = { is, at, errno, when, lasting: 'once' };
      return [plainest, sameTime].filter((other) => !isDeepStrictEqual(other, injection));
    }
    case 'short': {
      const { is, at, bytes } = injection;
      return [
        { is, at, bytes },
        { ...injection, bytes: 1 },
      ].filter((o) => !isDeepStrictEqual(o, injection));
    }
    case 'sync': {
      const { at, errno } = injection;
      return [{ is: 'error', at, errno, when: 'before', lasting: 'once' }];
    }
    case 'space': {
      const { is, budgetBytes } = injection;
      return injection.backAtStep === undefined ? [] : [{ is, budgetBytes }];
    }
  }
}
