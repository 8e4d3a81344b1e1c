import {
  frames,
  openOriginal,
  replay,
  verify,
} from '../../reference/wal-segment/original/store.ts';
import type { Op, Value } from '../../spec/wal-segment/ops.ts';
import type { PortMaker } from '../kind.ts';
import { walPort } from './wal-segment-port.ts';

/** The log that does what the original does, as a port. */
export const originalPort: PortMaker<Op, Value> = walPort(
  { open: openOriginal, frames, verify, replay },
  { name: 'tearproof-original', version: '0.2.0', policy: 'original' },
);
