import { begin } from '../lib/cut-text.ts';
import type { Outcome } from '../../spec/lib/history.ts';
import type { Key } from '../../spec/lib/judge.ts';
import { show, visible } from '../lib/show.ts';

/** How a kind shortens its keys; without it a key stands as it is. */
export type KeyText = ((key: Key) => string) | undefined;

const printable = /^[\x20-\x7e]+$/;
const bare = /^[\w.:/+-]+$/;

/** An operation for people: its name, then its members as `name=value`; `op` names it. */
export function opText(name: string, op: unknown, limit = 160): string {
  const members = typeof op === 'object' && op !== null ? Object.entries(op) : [];
  const words = members
    .filter(([member, value]) => member !== 'op' && value !== undefined)
    .map(([member, value]) => `${member}=${valueText(value)}`);
  const line = visible([name, ...words].join(' '));
  return line.length <= limit ? line : `${begin(line, limit)}…`;
}

function valueText(value: unknown): string {
  if (typeof value === 'string' && bare.test(value) && value.length <= 60) return value;
  if (value instanceof Uint8Array) return bytesText(value);
  return show(value, 100);
}

/** Short printable bytes as text, others as their number. */
function bytesText(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.subarray(0, 24)).toString('latin1');
  if (!printable.test(text)) return `<${bytes.length} bytes>`;
  return bytes.length <= 24 ? `'${text}'` : `'${text}…' (${bytes.length} bytes)`;
}

/** An answer for people: `ok`, or what it was refused with. */
export function outcomeText(outcome: Outcome<unknown>): string {
  if (outcome.is === 'ok') return 'ok';
  const says = outcome.says === undefined ? '' : `, and says: ${begin(visible(outcome.says), 240)}`;
  const code = `${begin(visible(outcome.code), 160)}${says}`;
  return outcome.is === 'fail' ? `refused: ${code}` : `${code} (the disk had changed)`;
}

/** One key as a person recognises the entry, safe to print. */
export function oneKey(key: Key, keyText: KeyText): string {
  const text = visible(keyText?.(key) ?? key);
  return text.length <= 28 ? text : `${begin(text, 27)}…`;
}

/** Keys in order, with their number; the middle of a long list is left out. */
export function keysText(keys: readonly Key[], keyText?: KeyText): string {
  if (keys.length === 0) return 'no entries';
  const texts = keys.map((key) => oneKey(key, keyText));
  const some = texts.length > 8 ? [...texts.slice(0, 3), '…', ...texts.slice(-3)] : texts;
  return `${keys.length === 1 ? '1 entry' : `${keys.length} entries`}: ${some.join(' | ')}`;
}

/** A sentence of a clause with the keys in it shortened; `keys` are those that it may name. */
export function sayText(say: string, keys: Iterable<Key>, keyText: KeyText): string {
  let text = say;
  const longestFirst = [...new Set(keys)].toSorted((a, b) => b.length - a.length);
  for (const key of longestFirst) {
    if (key.length > 2) text = text.replaceAll(key, `«${keyText?.(key) ?? key}»`);
  }
  return visible(text);
}

/** A number of things in words: `1 call`, `2 calls`. */
export function plural(count: number, one: string): string {
  return `${count} ${count === 1 ? one : `${one}s`}`;
}

/** Things as one part of a sentence: `a`, `a and b`, `a, b and c`, `a, b and 3 more`. */
export function listText(items: readonly string[], most = 3): string {
  const shown = items.slice(0, items.length > most ? most - 1 : most);
  const rest = items.length - shown.length;
  const all = rest === 0 ? shown : [...shown, `${rest} more`];
  const last = all.at(-1) ?? '';
  return all.length < 2 ? last : `${all.slice(0, -1).join(', ')} and ${last}`;
}
