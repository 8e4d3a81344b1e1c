import type { TraceImport } from '../../faults/strace/import.ts';
import { traceParser, type Syscall } from '../../faults/strace/parse.ts';
import type { Processes } from '../../faults/strace/processes.ts';
import type { Tail } from './tail.ts';

/** Takes a trace to the store that it is of, and hears the port's answers go by in it. */
export interface Feed {
  /** Answers that the port has written to its stdout since that is known. */
  readonly answers: number;
  /**
   * Takes what has been traced since the last time, up to the answer of this number: what a port
   * does behind its answer it does behind its promise.
   */
  pump(tail: Tail, due?: number): void;
  /**
   * From here on it is known what the port's stdout is: of what the first answer went through,
   * descriptor 1 of the process that was started, or else the last, but for its stderr. False where
   * no answer was seen.
   */
  settle(known: {
    readonly stdout?: string | undefined;
    readonly stderr?: string | undefined;
  }): boolean;
  /** The threads that SIGSTOP reached, one of each process, since this was last asked. */
  stopped(): readonly number[];
  /** Who is told of calls from here on. */
  tell(to: TraceImport | null): void;
  /** The line at which the oldest call that has not ended began. */
  oldestOpen(): number;
  /** A new trace of the same processes begins: what was open is no longer. */
  begin(): void;
}

const writers = new Set(['write', 'writev', 'sendto', 'sendmsg']);

/**
 * A feed over processes. The port's stdout is what its answers are written to, whichever number the
 * descriptor has, and whichever process writes them.
 */
export function feedOf(processes: Processes): Feed {
  const parser = traceParser();
  let to: TraceImport | null = null;
  let answers = 0;
  let stdout: string | null = null;
  /** Where answers went through, in order, while it is not known what the port's stdout is. */
  const heard: { readonly id: unknown; readonly link: string }[] = [];
  /** What was written to each pipe or socket and is no whole line yet. */
  const partial = new Map<string, string>();
  let stopped: number[] = [];
  const hear = (call: Syscall): void => {
    const [fd] = call.args;
    const done = call.result.value ?? 0;
    if (!writers.has(call.name) || fd?.is !== 'fd' || fd.link[0] === 47 || done <= 0) return;
    const link = Buffer.from(fd.link).toString('latin1');
    if (stdout !== null && link !== stdout) return;
    const text = (partial.get(link) ?? '') + writtenBy(call).slice(0, done);
    const lines = text.split('\n');
    partial.set(link, lines.pop() ?? '');
    for (const line of lines) {
      const answer = answerIn(line);
      if (answer === null) continue;
      if (stdout === null) heard.push({ id: answer.id, link });
      else answers++;
    }
  };
  const waiting: string[] = [];
  const hearLine = (line: string): void => {
    const event = parser.line(line);
    processes.note(event);
    if (event.is === 'stopped') stopped.push(event.tid);
    if (event.is === 'unknown') to?.notModelled(`a line of strace: ${event.text.slice(0, 80)}`);
    if (event.is !== 'call') return;
    hear(event.call);
    to?.take(event.call);
  };
  return {
    get answers() {
      return answers;
    },
    pump(tail, due = Number.POSITIVE_INFINITY) {
      for (const line of tail.lines()) waiting.push(line);
      let taken = 0;
      for (const line of waiting) {
        if (answers >= due) break;
        taken++;
        hearLine(line);
      }
      waiting.splice(0, taken);
    },
    settle(known) {
      const [first] = heard;
      const links = heard.filter(({ id }) => id === first?.id).map(({ link }) => link);
      const others = links.filter((link) => link !== known.stderr);
      stdout = links.find((link) => link === known.stdout) ?? others.at(-1) ?? null;
      partial.clear();
      return stdout !== null;
    },
    stopped() {
      const tids = stopped;
      stopped = [];
      return tids;
    },
    tell: (next) => void (to = next),
    oldestOpen() {
      let oldest = Number.POSITIVE_INFINITY;
      for (const { began } of parser.open.values()) oldest = Math.min(oldest, began);
      return oldest;
    },
    begin: () => parser.forgetOpen(),
  };
}

function writtenBy({ args }: Syscall): string {
  const [, buffer] = args;
  if (buffer?.is === 'string') return Buffer.from(buffer.bytes).toString('latin1');
  const given = buffer?.is === 'struct' ? buffer.members.get('msg_iov') : buffer;
  const parts = given?.is === 'list' ? given.items : [];
  const texts = parts.map((part) => {
    const base = part.is === 'struct' ? part.members.get('iov_base') : undefined;
    return base?.is === 'string' ? Buffer.from(base.bytes).toString('latin1') : '';
  });
  return texts.join('');
}

/** Of what a port writes, an answer is a JSON-RPC message with an id and what came of the call. */
function answerIn(line: string): { readonly id: unknown } | null {
  if (!line.includes('"jsonrpc"')) return null;
  try {
    const message: unknown = JSON.parse(line);
    if (typeof message !== 'object' || message === null || !('id' in message)) return null;
    return 'result' in message || 'error' in message ? { id: message.id } : null;
  } catch {
    return null;
  }
}
