import type { Path } from '../../../spec/lib/image.ts';
import type { Found, LeftOut, Reason } from './types.ts';

/**
 * Of frames in the order of the files: those that a store can hold together, and the others with
 * the reason.
 */
export function choose(
  found: readonly Found[],
  files: readonly Path[],
): { readonly kept: readonly Found[]; readonly leftOut: readonly LeftOut[] } {
  const first = new Map<string, Found>();
  const leftOut: LeftOut[] = [];
  const leave = (frame: Found, reason: Reason, detail?: string): void => {
    const { entryId, from, to } = frame;
    const file = files[frame.file] ?? '';
    leftOut.push({ file, from, to, reason, entryId, ...(detail === undefined ? {} : { detail }) });
  };
  for (const frame of found) {
    if (first.has(frame.entryId)) leave(frame, 'duplicate_id');
    else first.set(frame.entryId, frame);
  }
  const roots = rootsOf(first);
  const kept: Found[] = [];
  for (const frame of first.values()) {
    const root = roots.get(frame.entryId);
    if (root === null) kept.push(frame);
    else if (root === undefined) leave(frame, 'parent_cycle', frame.parentEntryId ?? '');
    else leave(frame, 'parent_lost', root);
  }
  return { kept, leftOut };
}

/**
 * Where the parents of each frame lead: null to a frame without parent, an id to an entry that is
 * lost; a frame whose parents go in a circle is absent. A parent may stand behind its child.
 */
function rootsOf(frames: ReadonlyMap<string, Found>): ReadonlyMap<string, string | null> {
  const children = new Map<string, string[]>();
  const waiting: { readonly id: string; readonly root: string | null }[] = [];
  for (const { entryId: id, parentEntryId: parent } of frames.values()) {
    if (parent === null) waiting.push({ id, root: null });
    else if (!frames.has(parent)) waiting.push({ id, root: parent });
    else {
      const siblings = children.get(parent);
      if (siblings === undefined) children.set(parent, [id]);
      else siblings.push(id);
    }
  }
  const roots = new Map<string, string | null>();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { id, root } = next;
    roots.set(id, root);
    for (const child of children.get(id) ?? []) waiting.push({ id: child, root });
  }
  return roots;
}
