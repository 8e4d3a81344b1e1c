// The copy of a safe store that carries a planted bug has only the modules through which the edited
// file is reached. What they import beside is the original, so that an error class stays the same.
import { posix } from 'node:path';
import type { Edit } from '../../harness/zoo/types.ts';
import { importsOf, type Import } from './imports.ts';

/** The most lines that a planted bug may change. */
export const maxEditedLines = 3;

/** Reads a file of the repository by its path from the root, or null where none stands. */
export type ReadSource = (path: string) => string | null;

/** A bug that cannot be planted as it is declared; the message says why. */
export class PlantError extends Error {}

/** The copy of one bug below `folder` (from the root): texts by path from the root. */
export function plantBug(
  folder: string,
  entry: string,
  edits: readonly Edit[],
  read: ReadSource,
): ReadonlyMap<string, string> {
  const edited = new Map<string, string>();
  let lines = 0;
  for (const edit of edits) {
    const text = edited.get(edit.file) ?? read(edit.file);
    if (text === null) throw new PlantError(`${edit.file} does not exist`);
    edited.set(edit.file, applyEdit(text, edit));
    lines += editedLines(edit);
  }
  if (lines === 0 || lines > maxEditedLines) {
    throw new PlantError(`changes ${lines} lines; 1 to ${maxEditedLines} are allowed`);
  }
  const graph = graphOf(entry, (path) => edited.get(path) ?? read(path));
  const copied = reaching(graph, new Set(edited.keys()));
  for (const path of [entry, ...edited.keys()]) {
    if (!copied.has(path)) throw new PlantError(`${entry} does not reach ${path}`);
  }
  const copyOf = (path: string): [string, string] => {
    const text = graph.get(path)!.text;
    return [posix.join(folder, path), pointedOut(text, path, posix.join(folder, path), copied)];
  };
  return new Map([...copied].map(copyOf));
}

/**
 * The text as it stands at `copy`: relative imports of what is not copied lead to the originals.
 */
function pointedOut(text: string, path: string, copy: string, copied: ReadonlySet<string>): string {
  let moved = '';
  let done = 0;
  for (const found of relativeImports(text, path)) {
    moved += text.slice(done, found.from);
    moved += copied.has(found.target)
      ? found.specifier
      : posix.relative(posix.dirname(copy), found.target);
    done = found.to;
  }
  return moved + text.slice(done);
}

function relativeImports(text: string, path: string): readonly (Import & { target: string })[] {
  return importsOf(text)
    .filter((found) => found.specifier.startsWith('.'))
    .map((found) => ({ ...found, target: posix.join(posix.dirname(path), found.specifier) }));
}

function applyEdit(text: string, edit: Edit): string {
  const first = text.indexOf(edit.find);
  if (first < 0) throw new PlantError(`${edit.file} does not hold: ${edit.find}`);
  if (text.includes(edit.find, first + 1)) {
    throw new PlantError(`${edit.file} holds more than once: ${edit.find}`);
  }
  return text.slice(0, first) + edit.replace + text.slice(first + edit.find.length);
}

/** How many lines differ between both sides of an edit, common lines at either end left out. */
export function editedLines(edit: Edit): number {
  const before = edit.find.split('\n');
  const after = edit.replace.split('\n');
  while (before.length > 0 && before[0] === after[0]) {
    before.shift();
    after.shift();
  }
  while (before.length > 0 && before.at(-1) === after.at(-1)) {
    before.pop();
    after.pop();
  }
  return Math.max(before.length, after.length);
}

interface Module {
  readonly text: string;
  readonly targets: readonly string[];
}

/** Every module that `entry` reaches by relative imports that survive compilation. */
function graphOf(entry: string, read: ReadSource): ReadonlyMap<string, Module> {
  const graph = new Map<string, Module>();
  const open = [entry];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (graph.has(path)) continue;
    const text = read(path);
    if (text === null) throw new PlantError(`${path} does not exist`);
    const kept = relativeImports(text, path).filter((found) => !found.typeOnly);
    const targets = kept.map((found) => found.target);
    graph.set(path, { text, targets });
    open.push(...targets);
  }
  return graph;
}

/** The modules of a graph from which one of `goals` is reached, goals included. */
function reaching(
  graph: ReadonlyMap<string, Module>,
  goals: ReadonlySet<string>,
): ReadonlySet<string> {
  const found = new Set([...goals].filter((goal) => graph.has(goal)));
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const [path, { targets }] of graph) {
      if (targets.some((target) => found.has(target))) found.add(path);
    }
  }
  return found;
}
