import type { Call, Event, Failed, Ino, OpLog } from '../../faults/oplog.ts';
import { ROOT_INO } from '../../faults/oplog.ts';
import { TOP_INO } from '../../faults/units-tree.ts';
import { visible } from '../lib/show.ts';

/** A call of a log as text, with the index of its event. */
export interface CallLine {
  readonly event: number;
  readonly text: string;
}

/** What a person calls the files of a log while it goes on: names change with it. */
export interface Namer {
  /** Follows one event. */
  apply(event: Event): void;
  /** The last name that the inode had; a directory's ends in `/`. */
  of(ino: Ino): string;
}

/** The calls of the events [from, to) with the names that their files had at that time. */
export function callsOf(log: OpLog, from: number, to: number): CallLine[] {
  const names = namerOf(log);
  const lines: CallLine[] = [];
  log.events.slice(0, to).forEach((event, index) => {
    if (index >= from && event.is === 'call') {
      lines.push({ event: index, text: callText(event, names) });
    }
    names.apply(event);
  });
  return lines;
}

/** The same as lines of text. */
export function callLines(log: OpLog, from: number, to: number): string[] {
  return callsOf(log, from, to).map((line) => line.text);
}

/** The name that inode `ino` had when the event at `index` came. */
export function fileOfCall(log: OpLog, index: number, ino: Ino): string {
  const names = namerOf(log);
  for (const event of log.events.slice(0, index)) names.apply(event);
  return names.of(ino).replace(/(.)\/$/, '$1');
}

/** The names of a log before its first event. */
export function namerOf(log: OpLog): Namer {
  const names = new Map<Ino, string>([
    [ROOT_INO, '.'],
    [TOP_INO, '..'],
  ]);
  const dirs = new Set<Ino>([ROOT_INO, TOP_INO]);
  let next = ROOT_INO + 1;
  for (const image of [log.base, log.outside ?? new Map<never, never>()]) {
    for (const [path, node] of image) {
      if (node.is === 'dir') dirs.add(next);
      names.set(next++, path);
    }
  }
  return {
    apply: (event) => {
      if (event.is !== 'call' || (event.failed !== undefined && event.failed.took !== true)) return;
      const { call } = event;
      if (call.do === 'name' && call.ino !== null) {
        names.set(call.ino, call.at);
        if (call.made?.is === 'dir') dirs.add(call.ino);
      }
      if (call.do === 'rename') moveNames(names, call.from, call.to);
    },
    of: (ino) => `${names.get(ino) ?? `inode ${ino}`}${dirs.has(ino) ? '/' : ''}`,
  };
}

function moveNames(names: Map<Ino, string>, from: string, to: string): void {
  for (const [ino, path] of names) {
    if (path === from) names.set(ino, to);
    else if (path.startsWith(`${from}/`)) names.set(ino, to + path.slice(from.length));
  }
}

function callText(event: Event & { is: 'call' }, names: Namer): string {
  const by = event.reverts === true ? 'the file system puts back: ' : '';
  const failed = event.failed === undefined ? '' : `  ->  ${failedText(event.failed)}`;
  return visible(`${by}${whatText(event.call, names)}${failed}`);
}

function whatText(call: Call, names: Namer): string {
  switch (call.do) {
    case 'write':
      return `write ${names.of(call.ino)} [${call.from}, ${call.from + call.bytes.length})`;
    case 'size':
      return `truncate ${names.of(call.ino)} to ${call.to}`;
    case 'sync':
      return `${call.dataOnly ? 'fdatasync' : 'fsync'} ${names.of(call.ino)}`;
    case 'rename':
      return `rename ${call.from} -> ${call.to}`;
    case 'name':
      if (call.ino === null) return `remove ${call.at}`;
      return `${call.made === undefined ? 'link' : `create ${call.made.is}`} ${call.at}`;
  }
}

/** What the caller was told, and what really happened where that is something else. */
function failedText({ errno, injected, took, told, forgets }: Failed): string {
  if (told === false) return `ok was answered, and nothing was written (${errno})`;
  const notes = [
    ...(took === true ? ['it was done all the same'] : []),
    ...(forgets === true ? ['what was pending counts as written now'] : []),
    ...(injected ? ['injected'] : []),
  ];
  return `${errno}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`;
}
