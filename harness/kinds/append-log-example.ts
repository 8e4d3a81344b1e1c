import { openLog } from '../../ports/examples/append-log.ts';
import type { Op, Value } from '../../spec/append-log/ops.ts';
import type { PortMaker } from '../kind.ts';
import { logPort } from './append-log-port.ts';

/** The example log as a port. */
export const safePort: PortMaker<Op, Value> = logPort(openLog, {
  name: 'append-log example',
  version: '1',
});
