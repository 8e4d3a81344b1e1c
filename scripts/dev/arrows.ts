import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { importsOf, type Import } from './imports.ts';
import type { Source } from './sources.ts';

/** What a room may import: `*` is anything, `types` files whose types it may import. */
interface Arrows {
  readonly rooms: readonly string[] | '*';
  readonly packages: readonly string[] | '*';
  readonly node: boolean;
  readonly types?: readonly string[];
}

/**
 * Who may import whom. `spec` and `reference` are two witnesses of a format, blind to each other.
 */
export const arrows: Readonly<Record<string, Arrows>> = {
  spec: { rooms: ['spec'], packages: ['fast-check', '@noble/hashes'], node: false },
  faults: { rooms: ['faults'], packages: [], node: true, types: ['spec/lib/image.ts'] },
  reference: {
    rooms: ['reference'],
    packages: ['@node-rs/crc32', 'hash-wasm', '@msgpack/msgpack'],
    node: true,
  },
  harness: {
    rooms: ['spec', 'faults', 'reference', 'harness', 'ports', 'fixtures'],
    packages: '*',
    node: true,
  },
  ports: { rooms: ['ports'], packages: ['@node-rs/crc32'], node: true },
  'scripts/cli': {
    rooms: ['spec', 'faults', 'reference', 'harness', 'ports', 'fixtures', 'scripts/cli'],
    packages: '*',
    node: true,
  },
  'scripts/dev': { rooms: '*', packages: '*', node: true },
};

/** Packages that a shipped module may import: the `dependencies` of package.json, by name. */
export type Shipped = readonly string[];

/** Every forbidden import, as `path:line: sentence`. A test may use fixtures and any package. */
export function arrowProblems(source: Source, shipped: Shipped): readonly string[] {
  const room = roomOf(source.path);
  const may = arrows[room];
  if (may === undefined) return [`${source.path}:1: stands in no room`];
  const isTest = isOfTests(source.path);
  const problems: string[] = [];
  for (const found of importsOf(source.text)) {
    const why = found.specifier.startsWith('.')
      ? whyNotFile(source.path, found, may, isTest)
      : whyNotPackage(room, found, may, isTest, shipped);
    if (why !== null) problems.push(`${source.path}:${found.line}: ${why}`);
  }
  return problems;
}

function whyNotFile(path: string, found: Import, may: Arrows, isTest: boolean): string | null {
  if (!/\.(ts|json)$/.test(found.specifier)) return `"${found.specifier}" lacks its ending`;
  const target = posix.join(posix.dirname(path), found.specifier);
  const room = roomOf(target);
  const ships = !isTest && roomOf(path) !== 'scripts/dev';
  if (ships && isOfTests(target)) return `${path} is shipped and may not import ${target}`;
  if (may.rooms === '*' || may.rooms.includes(room)) return null;
  if (isTest && (room === 'fixtures' || room === 'scripts/dev')) return null;
  if ((found.typeOnly || isTest) && may.types?.includes(target)) return null;
  return `${roomOf(path)} may not import ${target}`;
}

function whyNotPackage(
  room: string,
  found: Import,
  may: Arrows,
  isTest: boolean,
  shipped: Shipped,
): string | null {
  if (isTest) return null;
  const { specifier } = found;
  if (specifier.startsWith('node:')) return may.node ? null : `${room} may not import ${specifier}`;
  if (builtinModules.includes(specifier)) return `"${specifier}" is written without node:`;
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  if (may.packages !== '*' && !may.packages.includes(name)) return `${room} may not import ${name}`;
  if (room === 'scripts/dev' || shipped.includes(name)) return null;
  return `${name} is no dependency of the package`;
}

/** True for tests and for what only they use (`testing*.ts`): neither is shipped. */
export function isOfTests(path: string): boolean {
  return path.endsWith('.test.ts') || /\/testing[^/]*\.ts$/.test(path);
}

/** The room that a path from the root stands in. */
export function roomOf(path: string): string {
  const [first = '', second = ''] = path.split('/');
  return first === 'scripts' ? `scripts/${second}` : first;
}
