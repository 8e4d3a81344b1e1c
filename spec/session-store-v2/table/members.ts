import type { Node } from '../../lib/image.ts';
import { JsonError, membersOf } from '../../lib/json.ts';
import * as layout from '../records.ts';
import type { Line } from './lines.ts';

const namesOf = (record: typeof layout.frame): ReadonlySet<string> =>
  new Set(record.fields.map(({ name }) => name));

/** The names of a frame's members. */
export const frameMembers = namesOf(layout.frame);

/** The names of an index row's members. */
export const rowMembers = namesOf(layout.row);

const anyMember = new Set([...frameMembers, ...rowMembers, ...namesOf(layout.event)]);

/**
 * The names of the members of the object in a line, duplicates included; none where it holds no
 * object.
 */
export function memberNames(
  file: Extract<Node, { readonly is: 'file' }>,
  line: Line,
): readonly string[] {
  if (line.to > file.bytes.length) return [];
  try {
    return membersOf(file.bytes, line.from, line.textTo).map(([name]) => name);
  } catch (error) {
    if (error instanceof JsonError) return [];
    throw error;
  }
}

/** True where a line holds an object with a member that no line of the store has. */
export const hasUnknown = (file: Extract<Node, { readonly is: 'file' }>, line: Line): boolean =>
  memberNames(file, line).some((name) => !anyMember.has(name));
