import { damageNames, type Damage } from './types.ts';

/** Damage as JSON: as it is, with bytes as base64. */
export type DamageJson = Readonly<Record<string, string | number>>;

/** Damage as JSON that {@link damageFromJson} reads back. */
export function damageToJson(damage: Damage): DamageJson {
  const members = Object.entries(damage).map(([name, value]): [string, string | number] => [
    name,
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
  ]);
  return Object.fromEntries(members);
}

const texts = ['file', 'as', 'other', 'by', 'target', 'why', 'bytes'];
const memberNames: Readonly<Record<Damage['do'], readonly string[]>> = {
  flip: ['at', 'bit'],
  zeros: ['from', 'to'],
  ones: ['from', 'to'],
  cut: ['at'],
  append: ['bytes'],
  insert: ['at', 'bytes'],
  delete: ['from', 'to'],
  duplicate: ['from', 'to'],
  'duplicate line': ['line'],
  'delete line': ['line'],
  'blank line': ['line'],
  'swap lines': ['line', 'other'],
  crlf: [],
  bom: [],
  remove: [],
  empty: [],
  copy: ['as'],
  'swap files': ['other'],
  foreign: ['bytes'],
  resurrect: ['bytes'],
  stale: ['bytes'],
  replace: ['by'],
  splice: ['from', 'to', 'bytes', 'why'],
};

/** Damage from JSON; what is none is a `TypeError` with code `bad_damage`. */
export function damageFromJson(json: unknown): Damage {
  const members = typeof json === 'object' && json !== null ? Object.entries(json) : [];
  const given = new Map<string, unknown>(members);
  const name = damageNames.find((known) => known === given.get('do'));
  if (name === undefined) throw bad(`no damage is called ${JSON.stringify(given.get('do'))}`);
  const wanted = ['file', ...memberNames[name]];
  if (name === 'replace') {
    const by = given.get('by');
    if (by !== 'dir' && by !== 'fifo' && by !== 'link') throw bad('replace by dir, fifo or link');
    if (by === 'link') wanted.push('target');
  }
  const damage: Record<string, unknown> = { do: name };
  for (const member of wanted) damage[member] = valueOf(name, member, given.get(member));
  if (given.size !== wanted.length + 1) throw bad(`members of ${name} are ${wanted.join(', ')}`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every member was checked above
  return damage as unknown as Damage;
}

function valueOf(name: Damage['do'], member: string, value: unknown): unknown {
  const isText = texts.includes(member) && !(name === 'swap lines' && member === 'other');
  if (!isText) {
    if (Number.isSafeInteger(value)) return value;
    throw bad(`${name}: ${member} is an integer`);
  }
  if (typeof value !== 'string') throw bad(`${name}: ${member} is a string`);
  return member === 'bytes' ? new Uint8Array(Buffer.from(value, 'base64')) : value;
}

function bad(say: string): TypeError {
  return Object.assign(new TypeError(say), { code: 'bad_damage' });
}
