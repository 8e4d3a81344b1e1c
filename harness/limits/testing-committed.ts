import fc from 'fast-check';
import type { StoreFs } from '../../reference/lib/fs.ts';
import { constants } from 'node:fs';
import type { Clause } from '../../spec/lib/clause.ts';
import type { Outcome } from '../../spec/lib/history.ts';
import type { Owing } from '../../spec/lib/ledger.ts';
import { nothingLost } from '../../spec/lib/promises.ts';
import type { Trial } from '../judge.ts';
import type { Kind, PortMaker } from '../kind.ts';

// A toy kind whose format has a limit: the first eight bytes of its file are the committed length,
// written in place. Torn after its first byte, 240 on the way to 256 reads as 0, as after a reset.

export type ToyOp =
  { readonly op: 'append'; readonly text: string } | { readonly op: 'sync' | 'reset' | 'read' };
type Value = readonly string[] | null;
type Keys = readonly string[];

const flags = constants.O_RDWR | constants.O_CREAT;

/** The store, opened by each operation; `syncs: false` is a bug that no format excuses. */
export const toyPort =
  ({ syncs }: { readonly syncs: boolean }): PortMaker<ToyOp, Value> =>
  (fs, root) => {
    let end: number | null = null;
    const withFd = <T>(use: (fd: number) => T): T => {
      const fd = fs.openSync(`${root}/log`, flags, 0o600);
      try {
        return use(fd);
      } finally {
        fs.closeSync(fd);
      }
    };
    const step = (op: ToyOp): Outcome<Value> =>
      withFd((fd): Outcome<Value> => {
        end ??= committed(fs, fd);
        if (op.op === 'read') return { is: 'ok', value: frames(fs, fd, end) };
        if (op.op === 'append') {
          const bytes = Buffer.from(`${op.text}\n`);
          fs.writeSync(fd, bytes, 0, bytes.length, 8 + end);
          end += bytes.length;
          return { is: 'ok', value: null };
        }
        if (op.op === 'reset') end = 0;
        const header = Buffer.alloc(8);
        header.writeBigUInt64LE(BigInt(end));
        if (syncs) syncAll(fs, fd, root);
        fs.writeSync(fd, header, 0, 8, 0);
        if (syncs) fs.fsyncSync(fd);
        return { is: 'ok', value: null };
      });
    return { claims: claims, step };
  };

function syncAll(fs: StoreFs, fd: number, root: string): void {
  fs.fsyncSync(fd);
  const dir = fs.openSync(root, constants.O_RDONLY);
  fs.fsyncSync(dir);
  fs.closeSync(dir);
}

function committed(fs: StoreFs, fd: number): number {
  const header = Buffer.alloc(8);
  fs.readSync(fd, header, 0, 8, 0);
  return Math.min(Number(header.readBigUInt64LE()), Math.max(0, fs.fstatSync(fd).size - 8));
}

function frames(fs: StoreFs, fd: number, end: number): string[] {
  const bytes = Buffer.alloc(end);
  fs.readSync(fd, bytes, 0, end, 8);
  return bytes.toString().split('\n').slice(0, -1);
}

/** All whole frames of a store's file, committed or not. */
export function toyFrames(fs: StoreFs, root: string): string[] {
  const fd = fs.openSync(`${root}/log`, flags, 0o600);
  const whole = frames(fs, fd, Math.max(0, fs.fstatSync(fd).size - 8));
  fs.closeSync(fd);
  return whole;
}

const claims = {
  name: 'toy', version: '0', kind: 'toy', policy: 'safe', profiles: ['full'],
  ops: ['append', 'sync', 'reset', 'read'], holds: ['memory', 'power'],
} as const; // prettier-ignore

const machine: Owing<Keys, ToyOp, Value> = {
  start: () => [],
  next: (state, op) => {
    const ok = (after: Keys, value: Value = null) => [
      { state: after, result: { is: 'ok', value } as const },
    ];
    if (op.op === 'append') return ok([...state, op.text]);
    if (op.op === 'reset') return ok([]);
    return op.op === 'read' ? ok(state, state) : ok(state);
  },
  holds: (_state, op) => (op.op === 'sync' || op.op === 'reset' ? 'power' : 'memory'),
  log: (state) => state,
};

/** What was synced is there; nothing else is asked of the toy. */
export const toyClause: Clause = {
  id: 'TOY-S3-1',
  level: 'MUST',
  policies: ['safe'],
  since: '0.1.0',
  text: 'What was synced is shown.',
  source: 'promise S3',
  loses: 'What was synced.',
  check: nothingLost({ isOpen: () => false, isVolatile: () => false }),
};

export const toyKind: Kind<ToyOp, Value, Keys, ToyOp> = {
  name: 'toy',
  core: ['append', 'sync', 'reset', 'read'],
  opens: [],
  shows: () => ({ op: 'read' }),
  ports: { safe: toyPort({ syncs: true }) },
  machine: () => machine,
  drafts: () => fc.constantFrom<ToyOp>({ op: 'sync' }, { op: 'reset' }, { op: 'read' }),
  resolve: (_state, draft) => draft,
  clauses: [toyClause],
  legal: () => null,
  classify: () => [],
  *walk() {
    yield { phase: 'read', op: { op: 'read' } };
  },
  nameOf: (op) => op.op,
  view: (op, outcome) =>
    op.op === 'read' && outcome.is === 'ok'
      ? { keys: outcome.value ?? [], repairs: [], notices: [] }
      : null,
  adds: (op) => (op.op === 'append' ? op.text : null),
  plainer: () => [],
  tears: (_path, bytes) => Array.from(bytes, (_byte, at) => at).slice(1),
  volatile: () => false,
};

/** Committed bytes go from 240 to 256: F0 00 becomes 00 01, and 00 00 when one byte arrives. */
export const toyOps: readonly ToyOp[] = [
  { op: 'append', text: 'a'.repeat(239) },
  { op: 'sync' },
  { op: 'append', text: 'b'.repeat(15) },
  { op: 'sync' },
];

/** The toy kind with one of its ports. */
export function toyTrial(
  make: PortMaker<ToyOp, Value>,
): Trial<ToyOp, Value, readonly string[], ToyOp> {
  return { kind: toyKind, make, policy: 'safe', machine, claims };
}
