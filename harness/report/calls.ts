import type { Call, Event, OpLog } from '../../faults/oplog.ts';
import { visible } from '../lib/show.ts';

/**
 * The calls of the events [from, to) as lines of text, with the names that their files had at that
 * time.
 */
export function callLines(log: OpLog, from: number, to: number): string[] {
  const names = firstNames(log);
  const lines: string[] = [];
  log.events.slice(0, to).forEach((event, index) => {
    const line = event.is === 'call' ? callText(event, names) : null;
    if (line !== null && index >= from) lines.push(line);
    if (event.is === 'call') rename(event.call, names);
  });
  return lines;
}

/** The name that inode `ino` had when the event at `index` came. */
export function fileOfCall(log: OpLog, index: number, ino: number): string {
  const names = firstNames(log);
  for (const event of log.events.slice(0, index))
    if (event.is === 'call') rename(event.call, names);
  return names.get(ino) ?? `inode ${ino}`;
}

function firstNames(log: OpLog): Map<number, string> {
  const names = new Map<number, string>([[1, '.']]);
  [...log.base.keys()].forEach((path, k) => names.set(k + 2, path));
  return names;
}

function callText(event: Event & { is: 'call' }, names: ReadonlyMap<number, string>): string {
  const failed = event.failed === undefined ? '' : ` -> ${event.failed.errno}`;
  return `${visible(whatText(event.call, names))}${failed}`;
}

function whatText(call: Call, names: ReadonlyMap<number, string>): string {
  const of = (ino: number): string => names.get(ino) ?? `inode ${ino}`;
  if (call.do === 'write') {
    return `write ${of(call.ino)} [${call.from}, ${call.from + call.bytes.length})`;
  }
  if (call.do === 'size') return `truncate ${of(call.ino)} to ${call.to}`;
  if (call.do === 'sync') return `${call.dataOnly ? 'fdatasync' : 'fsync'} ${of(call.ino)}`;
  if (call.do === 'rename') return `rename ${call.from} -> ${call.to}`;
  if (call.ino === null) return `remove ${call.at}`;
  return `${call.made === undefined ? 'link' : `create ${call.made.is}`} ${call.at}`;
}

function rename(call: Call, names: Map<number, string>): void {
  if (call.do === 'name' && call.ino !== null) names.set(call.ino, call.at);
  if (call.do !== 'rename') return;
  for (const [ino, path] of names) if (path === call.from) names.set(ino, call.to);
}
