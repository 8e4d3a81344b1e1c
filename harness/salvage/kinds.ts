import { inspectDefaults, inspectorAt } from '../inspect/inspect.ts';
import { fastSegmentSalvager } from './fast-segment.ts';
import { SalvageError, type Salvager } from './salvager.ts';
import { sessionStoreSalvager } from './session-store-v2/salvager.ts';
import { walSegmentSalvager } from './wal-segment.ts';

/** The salvagers of all kinds whose files are known. */
export const salvagers: readonly Salvager[] = [
  sessionStoreSalvager,
  fastSegmentSalvager,
  walSegmentSalvager,
]; // prettier-ignore;

/**
 * The salvager of that kind, or of the kind that the names in `dir` speak for. Throws a
 * `SalvageError` (`unknown_kind`).
 */
export function salvagerFor(dir: string, kind: string | null): Salvager {
  const name = kind ?? inspectorAt(dir, inspectDefaults).kind;
  const found = salvagers.find((one) => one.kind === name);
  if (found !== undefined) return found;
  const known = salvagers.map((one) => one.kind).join(', ');
  throw new SalvageError('unknown_kind', `no kind with files is called ${name}; known: ${known}`);
}
