import { StoreError } from '../../reference/lib/error.ts';
import type { StoreFs } from '../../reference/lib/fs.ts';
import type { Clause } from '../../spec/lib/clause.ts';
import type { Outcome } from '../../spec/lib/history.ts';
import type { PortMaker } from '../kind.ts';
import { kindNamed } from '../subjects.ts';
import { liveReaderOf } from './readers.ts';
import { lastSegment, rowsOf, unfinishedIn } from './testing-files.ts';

type Shown = readonly unknown[];

/** What a planted reader has to go by. */
interface Look {
  readonly shown: Shown;
  readonly fs: StoreFs;
  readonly root: string;
  /** What it showed at its look before this one; null at the first. */
  readonly before: Shown | null;
  /** The bytes of a record that is being written; empty where none is. */
  readonly unfinished: Uint8Array;
}

/** A reader or a writer with a bug that shows only while another process is at work. */
export interface PlantedBeside {
  readonly id: string;
  /** What it does wrong, in one sentence. */
  readonly text: string;
  /** The clause that it must break, by kind. */
  readonly clauses: Readonly<Record<string, Clause['id']>>;
  /** What it shows instead of the log; a refusal or a death is thrown. */
  readonly shows?: (look: Look) => Shown;
  /** The file calls of its reader. */
  readonly reads?: (fs: StoreFs) => StoreFs;
  /** The file calls of its writer. */
  readonly writes?: (fs: StoreFs) => StoreFs;
}

const both = (session: Clause['id'], wal: Clause['id']): PlantedBeside['clauses'] => ({
  'session-store-v2': session,
  'wal-segment': wal,
});

/** Every planted bug; each clause of a live reader is broken by one of them at least. */
export const plantedBeside: readonly PlantedBeside[] = [
  {
    id: 'lags-behind',
    text: 'Leaves out the last entry, which may still be on its way.',
    clauses: both('SSV2-S3-8', 'WAL-S3-5'),
    shows: ({ shown }) => shown.slice(0, -1),
  },
  {
    id: 'mixes-looks',
    text: 'Takes what was there from an earlier look, and only what came behind it from this one.',
    clauses: both('SSV2-S3-9', 'WAL-S3-6'),
    shows: ({ shown, before }) =>
      before === null || before.length < 2 || before.length >= shown.length
        ? shown
        : [...before.slice(0, -1), ...shown.slice(before.length)],
  },
  {
    id: 'goes-backwards',
    text: 'Shows an entry at one look that it does not show at the next.',
    clauses: both('SSV2-S3-10', 'WAL-S3-7'),
    shows: ({ shown, before }) =>
      before !== null && before.length === shown.length ? shown.slice(0, -1) : shown,
  },
  {
    id: 'refuses-what-is-torn',
    text: 'Takes a record that is being written for damage, and refuses the store.',
    clauses: both('SSV2-S3-11', 'WAL-S3-8'),
    shows: ({ shown, unfinished }) => {
      if (unfinished.length > 0) throw new StoreError('torn_tail', 'half a record');
      return shown;
    },
  },
  {
    id: 'forgets-intent',
    text: 'Shows what stands, whatever an intent says of a rollback.',
    clauses: { 'session-store-v2': 'SSV2-S4-3' },
    reads: (fs) => hiding(fs, 'rollback.intent.json'),
  },
  {
    id: 'shows-half',
    text: 'Shows a record that is being written as an entry.',
    clauses: both('SSV2-S5-8', 'WAL-S5-8'),
    shows: ({ shown, unfinished }) => {
      const last = shown.at(-1) as { readonly payload: unknown } | undefined;
      if (unfinished.length === 0 || last === undefined) return shown;
      const half = typeof last.payload === 'string' ? '"half of it"' : unfinished;
      return [...shown, 'seq' in last ? { ...last, seq: 2n ** 60n, payload: half } : { ...last, payload: half }]; // prettier-ignore
    },
  },
  {
    id: 'dies-of-half',
    text: 'Reads a number where a record that is being written has none yet, and dies.',
    clauses: both('SSV2-S9-3', 'WAL-S9-4'),
    shows: ({ shown, unfinished }) => {
      if (unfinished.length > 0) throw new RangeError('the record ends too early');
      return shown;
    },
  },
  {
    id: 'cuts-half',
    text: 'Cuts off what it takes for the rest of a crash, while it is being written.',
    clauses: both('SSV2-S10-7', 'WAL-S10-8'),
    shows: ({ shown, unfinished, fs, root }) => {
      if (unfinished.length === 0) return shown;
      const fd = fs.openSync(lastSegment(fs, root)!, 2);
      fs.ftruncateSync(fd, fs.fstatSync(fd).size - unfinished.length);
      fs.closeSync(fd);
      return shown;
    },
  },
  {
    id: 'rows-first',
    text: 'Writes the row of a frame before the frame, for readers that go by the index.',
    clauses: { 'session-store-v2': 'SSV2-S3-11' },
    writes: rowsFirst,
    shows: ({ shown, fs, root }) => {
      if (rowsOf(fs, root) > shown.length) throw new StoreError('frame-missing', 'a row too many');
      return shown;
    },
  },
];

/**
 * The safe store of a kind with a planted bug, to write with and to read with. One maker is one
 * reader's memory.
 */
export function plantedMaker(kindName: string, bug: PlantedBeside): PortMaker<unknown, unknown> {
  const kind = kindNamed(kindName);
  const make = kind.ports['safe']!;
  const readsBy = kind.nameOf(liveReaderOf(kindName)!.read);
  let before: Shown | null = null;
  return (fs, root) => {
    const port = make(bug.reads?.(fs) ?? fs, root);
    const answer = (outcome: Outcome<unknown>): Outcome<unknown> => {
      if (outcome.is !== 'ok' || bug.shows === undefined) return outcome;
      const unfinished = unfinishedIn(kindName, fs, root);
      const look = { shown: outcome.value as Shown, fs, root, before, unfinished };
      try {
        before = bug.shows(look);
        return { is: 'ok', value: before };
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        return { is: 'fail', code: error.code };
      }
    };
    return {
      claims: port.claims,
      step: async (op, at) => {
        const outcome = await port.step(op, at);
        return kind.nameOf(op) === readsBy ? answer(outcome) : outcome;
      },
    };
  };
}

/** File calls for which every name that ends so stands nowhere. */
function hiding(fs: StoreFs, name: string): StoreFs {
  const refuse = (path: string): void => {
    if (!path.endsWith(name)) return;
    throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
  };
  return {
    ...bound(fs),
    openSync: (path, flags, mode) => {
      refuse(path);
      return fs.openSync(path, flags, mode);
    },
    lstatSync: (path) => {
      refuse(path);
      return fs.lstatSync(path);
    },
  };
}

/** File calls that keep back what is written to a segment until a row was written. */
function rowsFirst(fs: StoreFs): StoreFs {
  const paths = new Map<number, string>();
  let held: (() => void)[] = [];
  const flush = (): void => {
    const all = held;
    held = [];
    for (const write of all) write();
  };
  return {
    ...bound(fs),
    openSync: (path, flags, mode) => {
      const fd = fs.openSync(path, flags, mode);
      paths.set(fd, path);
      return fd;
    },
    writeSync: (fd, buffer, offset, length, position) => {
      const path = paths.get(fd) ?? '';
      if (path.endsWith('.seg')) {
        const bytes = Uint8Array.from(buffer.subarray(offset, offset + length));
        held.push(() => void fs.writeSync(fd, bytes, 0, length, position));
        return length;
      }
      const written = fs.writeSync(fd, buffer, offset, length, position);
      flush();
      return written;
    },
    closeSync: (fd) => {
      flush();
      fs.closeSync(fd);
    },
  };
}

/** The calls of a file system as members of a plain object. */
export function bound(fs: StoreFs): StoreFs {
  const calls: Record<string, unknown> = {};
  for (const name of names) {
    const call = fs[name] as (...args: readonly unknown[]) => unknown;
    calls[name] = (...args: readonly unknown[]) => Reflect.apply(call, fs, args);
  }
  return calls as unknown as StoreFs;
}

const names = [
  'openSync', 'closeSync', 'readSync', 'writeSync', 'fsyncSync', 'fdatasyncSync', 'ftruncateSync',
  'fstatSync', 'statSync', 'lstatSync', 'renameSync', 'unlinkSync', 'linkSync', 'rmdirSync',
  'mkdirSync', 'readdirSync',
] as const satisfies readonly (keyof StoreFs)[]; // prettier-ignore
