import { readArguments, readGone, readLink, type Arg, type Reader } from './syntax.ts';

/** How a call ended: `value` is null where strace prints `?` (the call never returned). */
export interface Result {
  readonly value: number | null;
  /** Where it answered a descriptor: what that leads to. */
  readonly link?: Uint8Array;
  /** That name was removed, or there never was one. */
  readonly gone?: true;
  readonly errno?: string;
  /** strace put this result in the place of the call, which was not executed. */
  readonly injected: boolean;
}

/** A system call that returned, of one thread. */
export interface Syscall {
  readonly tid: number;
  readonly name: string;
  readonly args: readonly Arg[];
  readonly result: Result;
  /**
   * Numbers of the lines at which it began and ended; they differ where something else came
   * between.
   */
  readonly began: number;
  readonly ended: number;
}

/** What a line of a trace tells. */
export type TraceEvent =
  | { readonly is: 'call'; readonly call: Syscall }
  /** A call began, and others come before its end; of a `clone`, the child's may. */
  | { readonly is: 'began'; readonly tid: number; readonly name: string; readonly text: string }
  | { readonly is: 'ended'; readonly tid: number; readonly killed: boolean }
  /** SIGSTOP reached this thread: its process runs nothing more until SIGCONT comes. */
  | { readonly is: 'stopped'; readonly tid: number }
  /** Other signals, and what strace says of itself. */
  | { readonly is: 'other' }
  /** A line that nobody can read; `text` is its beginning. */
  | { readonly is: 'unknown'; readonly text: string };

/** Reads a trace line by line; calls that are told in two pieces come whole, when they end. */
export interface TraceParser {
  line(text: string): TraceEvent;
  /** Calls that have not ended will not: another trace of the same threads follows. */
  forgetOpen(): void;
  /** Calls that have begun and not ended. */
  readonly open: ReadonlyMap<number, { readonly name: string; readonly began: number }>;
}

const head = /^(\d+) +/;
const resumed = /^<\.\.\. ([a-z0-9_]+) resumed>/;
const callName = /^([a-z0-9_]+)\(/;
const breaks = [' <unfinished ...>', ' <detached ...>'];

/** A parser that stands before the first line; lines come without their line feed. */
export function traceParser(): TraceParser {
  const open = new Map<number, { name: string; began: number; text: string }>();
  let number = 0;
  const line = (text: string): TraceEvent => {
    number++;
    const tid = head.exec(text);
    if (tid === null) return unknown(text);
    const thread = Number(tid[1]);
    const rest = text.slice(tid[0].length);
    if (rest.startsWith('+++ ')) return endOf(open, thread, rest);
    if (rest.startsWith('--- SIGSTOP {')) return { is: 'stopped', tid: thread };
    if (rest.startsWith('--- ') || rest.startsWith('strace: ')) return { is: 'other' };
    const back = resumed.exec(rest);
    if (back !== null) {
      const begun = open.get(thread);
      open.delete(thread);
      if (begun === undefined || begun.name !== back[1]) return { is: 'other' };
      const whole = begun.text + rest.slice(back[0].length);
      return whole.endsWith(breaks[1]!)
        ? { is: 'other' }
        : callIn(whole, thread, begun.began, number);
    }
    const broken = breaks.find((end) => rest.endsWith(end));
    if (broken === undefined) return callIn(rest, thread, number, number);
    const name = callName.exec(rest)?.[1];
    if (name === undefined) return unknown(text);
    if (broken === breaks[1]) return { is: 'other' };
    const begun = rest.slice(0, -broken.length);
    open.set(thread, { name, began: number, text: begun });
    return { is: 'began', tid: thread, name, text: begun };
  };
  return { line, open, forgetOpen: () => open.clear() };
}

function endOf(open: Map<number, unknown>, tid: number, text: string): TraceEvent {
  open.delete(tid);
  if (text.startsWith('+++ superseded')) return { is: 'other' };
  return { is: 'ended', tid, killed: text.startsWith('+++ killed') };
}

function callIn(text: string, tid: number, began: number, ended: number): TraceEvent {
  const name = callName.exec(text)?.[1];
  if (name === undefined) return unknown(text);
  const reader: Reader = { text, at: name.length + 1 };
  try {
    const args = readArguments(reader);
    const result = resultAt(reader);
    return { is: 'call', call: { tid, name, args, result, began, ended } };
  } catch {
    return unknown(text);
  }
}

const equals = /^\s*= (?:(\?)|-1 (E[A-Z0-9]+)|(-?(?:0x[0-9a-f]+|[0-9]+)))/;

function resultAt(reader: Reader): Result {
  const rest = reader.text.slice(reader.at);
  const told = equals.exec(rest);
  if (told === null) throw new SyntaxError('no result');
  const [all, never, errno, digits] = told;
  const injected = rest.endsWith(' (INJECTED)');
  if (never !== undefined) return { value: null, injected };
  if (errno !== undefined) return { value: -1, errno, injected };
  const behind: Reader = { text: rest, at: all.length };
  const link = readLink(behind);
  const led = link === null ? {} : { link, ...readGone(behind) };
  return { value: Number(digits), injected, ...led };
}

function unknown(text: string): TraceEvent {
  return { is: 'unknown', text: text.slice(0, 200) };
}
