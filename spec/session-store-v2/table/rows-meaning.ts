import { memberOddities, opened, rebuiltFor, refusedWith } from './facts.ts';
import { row } from './row.ts';
import type { DecisionRow } from './row.ts';
import { hasForwardParent, hasOddSchema, unreadable } from './signs.ts';

/** Rows 27 to 35: what frames mean. */
export const meaningRows: readonly DecisionRow[] = [
  row(
    '27',
    'Two frames have one entry id: refused.',
    ['check-id-new'],
    (t) => refusedWith(t) === 'entry-id-duplicate',
  ),
  row(
    '28',
    'A parent is missing: refused.',
    ['check-parent-known'],
    (t) => refusedWith(t) === 'parent-missing',
  ),
  row(
    '29',
    'Parents lead in a circle, or to themselves: refused.',
    ['check-acyclic'],
    (t) => refusedWith(t) === 'parent-cycle',
  ),
  row(
    '30',
    'A parent comes later than its child: fine.',
    ['parents-come-first'],
    (t) => opened(t) && hasForwardParent(t),
  ),
  row(
    '31',
    'A schema or a row state is not what is written: never looked at.',
    ['schema-checked'],
    (t) => opened(t) && hasOddSchema(t),
  ),
  row(
    '32',
    'An unknown member: ignored.',
    ['unknown-refused'],
    (t) => opened(t) && memberOddities(t.after.image).has('unknown'),
  ),
  row(
    '33',
    'A known member twice: a JSON error, so refused in a frame and rebuilt in the index.',
    ['index-row-parses', 'frame-parses'],
    (t) =>
      (rebuiltFor(t, 'json') || refusedWith(t) === 'frame-unparsable') &&
      memberOddities(t.before).has('duplicate'),
  ),
  row(
    '34',
    'A byte of a segment is no UTF-8: refused for good once a rebuild is needed.',
    ['scan-line-readable'],
    (t) => unreadable(t)?.why.startsWith('stream') === true,
  ),
  row(
    '35',
    'A frame is longer than the read limit, though append wrote it: refused.',
    ['length-allowed'],
    (t) => refusedWith(t) === 'frame-too-long',
  ),
];
