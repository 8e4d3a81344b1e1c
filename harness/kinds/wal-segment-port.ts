import { StoreError } from '../../reference/lib/error.ts';
import type { StoreEnv } from '../../reference/lib/fs.ts';
import type { Claims } from '../../spec/lib/port.ts';
import { opNames } from '../../spec/wal-segment/ops.ts';
import type {
  Closed,
  Frame,
  Link,
  Op,
  Opened,
  Rotation,
  Value,
} from '../../spec/wal-segment/ops.ts';
import type { PortMaker } from '../kind.ts';
import { outcomeOf } from './outcome.ts';
import { trackFds, type TrackedFs } from './track-fds.ts';

type Opening = Extract<Op, { op: 'open' }>;
type Reading = Extract<Op, { op: 'frames' | 'verify' | 'replay' }>;
type Asking = Exclude<Op, Opening | Reading | { op: 'other' }>;

/** A log with an open segment. Whatever it throws fails the operation; see `outcomeOf`. */
export interface OpenWal {
  readonly opened: Opened;
  append(frames: readonly Frame[], sync: boolean): void;
  sync(): void;
  force(): void;
  /** By the time of the environment that it was opened with. */
  shouldRotate(): Rotation | null;
  rotate(): Closed;
  close(): Closed;
}

/** A log in a directory: how it is opened, and its readers, which need no open segment. */
export interface Wal {
  open(env: StoreEnv, dir: string, op: Opening): OpenWal;
  frames(env: StoreEnv, dir: string, segment: bigint): readonly Frame[];
  verify(env: StoreEnv, dir: string): readonly Link[];
  replay(env: StoreEnv, dir: string, op: Extract<Op, { op: 'replay' }>): readonly Frame[];
}

/** Makes a log of chained segments a port of the kind `wal-segment`; it answers at once. */
export function walPort(
  wal: Wal,
  claims: Partial<Pick<Claims, 'name' | 'version' | 'policy' | 'holds'>> = {},
): PortMaker<Op, Value> {
  const full: Claims = {
    name: 'wal-segment',
    version: '0',
    policy: 'safe',
    holds: ['process', 'power'],
    ...claims,
    kind: 'wal-segment',
    profiles: ['core', 'full'],
    ops: opNames,
  };
  return (fs, root) => {
    let held: { readonly log: OpenWal; readonly tracked: TrackedFs } | null = null;
    let now = '';
    const drop = (): void => {
      held?.tracked.closeAll();
      held = null;
    };
    const open = (op: Opening): Opened => {
      drop();
      const tracked = trackFds(fs);
      try {
        held = { log: wal.open({ fs: tracked.fs, now: () => now }, root, op), tracked };
        return held.log.opened;
      } finally {
        if (held === null) tracked.closeAll();
      }
    };
    const run = (op: Op): Value => {
      if (op.op === 'open') return open(op);
      if (op.op === 'other') return besides(wal, { fs, now: () => now }, root, op);
      if (op.op === 'frames' || op.op === 'verify' || op.op === 'replay') {
        return read(wal, { fs, now: () => now }, root, op);
      }
      if (held === null) throw new StoreError('no-handle', 'no log is open');
      const { log } = held;
      try {
        return perform(log, op);
      } finally {
        if (op.op === 'close') drop();
      }
    };
    return {
      claims: full,
      step(op, at) {
        now = at;
        return outcomeOf(() => run(op));
      },
    };
  };
}

/** What another writer does, through a handle of its own. */
function besides(wal: Wal, env: StoreEnv, root: string, op: Extract<Op, { op: 'other' }>): null {
  const tracked = trackFds(env.fs);
  try {
    const log = wal.open({ ...env, fs: tracked.fs }, root, { op: 'open', instance: op.instance });
    log.append(op.frames, true);
    log.close();
    return null;
  } finally {
    tracked.closeAll();
  }
}

function read(wal: Wal, env: StoreEnv, root: string, op: Reading): Value {
  if (op.op === 'frames') return wal.frames(env, root, op.segment);
  return op.op === 'verify' ? wal.verify(env, root) : wal.replay(env, root, op);
}

function perform(log: OpenWal, op: Asking): Value {
  switch (op.op) {
    case 'append':
      log.append(op.frames, op.sync);
      return null;
    case 'sync':
      log.sync();
      return null;
    case 'force':
      log.force();
      return null;
    case 'shouldRotate':
      return log.shouldRotate();
    case 'rotate':
      return log.rotate();
    case 'close':
      return log.close();
  }
}
