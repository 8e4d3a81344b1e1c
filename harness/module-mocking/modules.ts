// What a test runner puts in the place of `node:fs`. This file and what it imports must not import
// `node:fs` themselves: they are loaded while that module is being replaced.
import { AsyncLocalStorage } from 'node:async_hooks';
import { promisify } from 'node:util';

type NodeFs = typeof import('node:fs');
type Called = (...args: unknown[]) => unknown;
type Calls = Readonly<Record<string, unknown>>;

const real = process.getBuiltinModule('node:fs');

/**
 * The disk of the state that is being tried, kept apart by what was begun where: what an abandoned
 * state still has at work in the background stays on its own disk.
 */
const current = new AsyncLocalStorage<Calls>();

/** Runs `body`, and whatever it sets going, on these file calls. */
export function onFs<T>(fs: object, body: () => T): T {
  return current.run(fs as Calls, body);
}

/** A call that the disk of the state does not have; the log under test dies of it. */
export class NotServed extends TypeError {
  readonly code = 'ERR_METHOD_NOT_IMPLEMENTED';
  constructor(name: string) {
    super(`fs.${name} is not served by this disk`);
    this.name = 'NotServed';
  }
}

/** Where a function stands in the module: `['promises', 'open']`. */
type Names = readonly string[];

/** The function of the disk at work, or that of the machine where no state is being tried. */
function target(names: Names): { readonly self: unknown; readonly call: Called } {
  const fs: unknown = current.getStore() ?? real;
  let self: unknown = fs;
  let call: unknown = fs;
  for (const name of names) {
    self = call;
    call = (call as Calls | undefined)?.[name];
  }
  if (typeof call !== 'function') throw new NotServed(names.join('.'));
  return { self, call: call as Called };
}

/** Stands for a function or a class, whichever disk is at work when it is used. */
function standIn(names: Names): Called {
  const standing = function standing(...args: unknown[]): unknown {
    const { self, call } = target(names);
    return new.target === undefined ? call.apply(self, args) : Reflect.construct(call, args);
  };
  Object.defineProperties(standing, {
    name: { value: names.at(-1) },
    [Symbol.hasInstance]: { value: (one: unknown) => one instanceof target(names).call },
  });
  return standing;
}

/** What `util.promisify` makes of calls that answer with more than one value. */
const answers: Readonly<Record<string, readonly [string, string]>> = {
  read: ['bytesRead', 'buffer'],
  readv: ['bytesRead', 'buffers'],
  write: ['bytesWritten', 'buffer'],
  writev: ['bytesWritten', 'buffers'],
};

function promisedPair(call: Called, [count, data]: readonly [string, string]): Called {
  return (...args) =>
    new Promise((done, failed) => {
      call(...args, (error: unknown, bytes: unknown, with_: unknown) => {
        if (error === null) done({ [count]: bytes, [data]: with_ });
        else failed(error);
      });
    });
}

function promised(name: string, call: Called): Called | null {
  const pair = answers[name];
  if (pair !== undefined) return promisedPair(call, pair);
  if (name !== 'exists') return null;
  return (path) => new Promise((done) => void call(path, done));
}

function standIns(of: Calls, names: Names): Record<string, unknown> {
  const module: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(of)) {
    if (typeof value !== 'function') module[name] = value;
    else {
      const call = standIn([...names, name]);
      if ('native' in value) Object.assign(call, { native: standIn([...names, name, 'native']) });
      const later = names.length === 0 ? promised(name, call) : null;
      if (later !== null) Object.defineProperty(call, promisify.custom, { value: later });
      module[name] = call;
    }
  }
  module['default'] = module;
  return module;
}

/**
 * What to put in the place of `node:fs`: each of its functions goes to the disk of the state that
 * is being tried, and to the machine's own where none is. Its `promises` goes in the place of
 * `node:fs/promises`.
 */
export const mockedFs = standIns(real, []) as unknown as NodeFs & {
  readonly default: NodeFs;
  readonly promises: NodeFs['promises'] & { readonly default: NodeFs['promises'] };
};
Object.assign(mockedFs, { promises: standIns(real.promises, ['promises']) });
