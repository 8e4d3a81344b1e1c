import type { Node } from '../../lib/image.ts';
import { JsonError, membersOf } from '../../lib/json.ts';
import type { Line } from './lines.ts';

/** The members of a frame. */
export const frameMembers = new Set([
  'schema', 'segmentSeq', 'frameSeq', 'entrySeq', 'entryId', 'parentEntryId', 'entryType', 'timestamp',
  'payloadSha256', 'payloadBytes', 'payload',
]); // prettier-ignore

/** The members of an index row. */
export const rowMembers = new Set([
  'schema', 'entrySeq', 'entryId', 'segmentSeq', 'frameSeq', 'byteOffset', 'byteLength', 'crc32c', 'state',
]); // prettier-ignore

/** The members of a ledger event that neither has. */
const eventMembers = [
  'migrationId', 'phase', 'at', 'sourcePath', 'targetPath', 'sourceFormat', 'targetFormat', 'verification', 'outcome',
  'errorClass', 'correlationId',
]; // prettier-ignore

const anyMember = new Set([...frameMembers, ...rowMembers, ...eventMembers]);

/** The names of the members of the object in a line, duplicates included; none where it holds no object. */
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
