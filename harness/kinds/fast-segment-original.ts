import { listOriginal, openOriginal } from '../../reference/fast-segment/original/store.ts';
import type { Op, Value } from '../../spec/fast-segment/ops.ts';
import type { PortMaker } from '../kind.ts';
import { fastPort } from './fast-segment-port.ts';

/** The store that does what the original does, as a port. */
export const originalPort: PortMaker<Op, Value> = fastPort(
  { open: openOriginal, list: listOriginal },
  { name: 'tearproof-original', version: '0.1.0', policy: 'original' },
);
