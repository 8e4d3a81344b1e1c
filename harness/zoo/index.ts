import type { PortMaker } from '../kind.ts';
import { appendLogZoo } from './append-log/index.ts';
import { fastSegmentZoo } from './fast-segment/index.ts';
import { loadBug } from './load.ts';
import { sessionStoreV2Zoo } from './session-store-v2/index.ts';
import type { Zoo } from './types.ts';
import { walSegmentZoo } from './wal-segment/index.ts';

/** A zoo whose operations and answers are its own business. */
export type AnyZoo = Zoo<unknown, unknown>;

/** The zoos of all kinds; what is listed here is planted before a build and before a test run. */
export const zoos: readonly AnyZoo[] = [
  sessionStoreV2Zoo,
  fastSegmentZoo,
  walSegmentZoo,
  appendLogZoo,
];

/** The port with one planted bug, or undefined where the kind has none of that id. */
export async function findBug(
  kind: string,
  id: string,
): Promise<PortMaker<unknown, unknown> | undefined> {
  const zoo = zoos.find((z) => z.kind === kind);
  const bug = zoo?.bugs.find((b) => b.id === id);
  return zoo === undefined || bug === undefined ? undefined : (await loadBug(zoo, bug)).make;
}
