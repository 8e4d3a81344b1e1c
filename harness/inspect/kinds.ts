import { DirectoryError } from './error.ts';
import { fastSegmentInspector } from './fast-segment.ts';
import type { Inspector } from './inspector.ts';
import { sessionStoreInspector } from './session-store-v2.ts';
import { walSegmentInspector } from './wal-segment.ts';
import type { Entry } from './walk.ts';

/** The inspectors of all kinds whose files are known; a directory of none is the first's. */
export const inspectors: readonly Inspector[] = [
  sessionStoreInspector,
  fastSegmentInspector,
  walSegmentInspector,
]; // prettier-ignore;

/** The inspector of that kind. Throws a `DirectoryError` (`unknown_kind`). */
export function inspectorNamed(kind: string): Inspector {
  const found = inspectors.find((one) => one.kind === kind);
  if (found !== undefined) return found;
  const known = inspectors.map((one) => one.kind).join(', ');
  throw new DirectoryError('unknown_kind', '', `no kind with files is called ${kind}: ${known}`);
}

/** The kind to which most of these entries are something; of several the first. */
export function inspectorOf(entries: readonly Entry[]): Inspector {
  const known = inspectors.map((one) => entries.filter(({ path }) => one.roleOf(path) !== ''));
  const most = Math.max(...known.map(({ length }) => length));
  return inspectors[known.findIndex(({ length }) => length === most)]!;
}
