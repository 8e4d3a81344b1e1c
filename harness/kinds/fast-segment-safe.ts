import { listSafe, openSafe } from '../../reference/fast-segment/store.ts';
import type { Op, Value } from '../../spec/fast-segment/ops.ts';
import type { PortMaker } from '../kind.ts';
import { fastPort } from './fast-segment-port.ts';

/** The safe store as a port; copies of this module carry the planted bugs. */
export const safePort: PortMaker<Op, Value> = fastPort(
  { open: openSafe, list: listSafe },
  { name: 'tearproof-safe', version: '0.1.0' },
);
