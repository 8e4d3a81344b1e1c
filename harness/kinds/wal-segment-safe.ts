import { frames, openWal, replay, verify } from '../../reference/wal-segment/store.ts';
import type { Op, Value } from '../../spec/wal-segment/ops.ts';
import type { PortMaker } from '../kind.ts';
import { walPort } from './wal-segment-port.ts';

/** The safe log as a port; copies of this module carry the planted bugs. */
export const safePort: PortMaker<Op, Value> = walPort(
  { open: openWal, frames, verify, replay },
  { name: 'tearproof-safe', version: '0.2.0', policy: 'safe' },
);
