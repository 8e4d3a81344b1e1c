import { asciiJson, isObject } from '../wire/ascii.ts';
import type { Json, JsonObject } from '../wire/ascii.ts';
import type { WireMethod } from '../wire/codec.ts';
import { codecs } from '../wire/codecs.ts';
import { endPort } from '../wire/ending.ts';
import type { Ending } from '../wire/ending.ts';
import { failureSchema } from '../wire/envelope.ts';
import type { Death } from '../wire/fault.ts';
import { isSmall } from '../wire/hello.ts';
import { createLineCutter } from '../wire/lines.ts';
import { startProcess } from '../wire/process.ts';
import type { SpawnOptions } from '../wire/process.ts';
import { hasUnaskedDigest } from '../wire/recipe.ts';

/** What a port did that a check cannot go on after; the message says it in a sentence. */
export class Seen extends Error {
  override readonly name = 'Seen';
}

/** The same, because nothing came in time or the process ended. */
export class Gone extends Seen {
  readonly by: 'silence' | 'end';

  constructor(message: string, by: Gone['by'] = 'end') {
    super(message);
    this.by = by;
  }
}

/** The store says that it has no such operation yet: nothing can be said of it, good or bad. */
export class Unready extends Seen {}

export type Answer =
  | { readonly is: 'result'; readonly result: JsonObject }
  | {
      readonly is: 'error';
      readonly code: number;
      readonly data: JsonObject;
      readonly says: string;
    };

/** What was noticed beside the answers, over all processes of one lint. */
export interface Noticed {
  readonly noise: string[];
  /** Answers that do not fit their schemas. */
  readonly misfits: string[];
  /** The codes of the store's errors. */
  readonly errors: string[];
  nonAsciiLines: number;
}

/** One process of the port, spoken to line by line: unlike a client it may be asked anything. */
export interface Session {
  /** A line as it is; the LF is added. */
  send(line: string): void;
  write(text: string): void;
  /** A call and its answer. Throws `Seen` where another message comes, `Gone` where none does. */
  ask(method: string, params?: JsonObject): Promise<Answer>;
  /** All at once; the answers in the order of the calls, whatever the order in which they came. */
  askAll(calls: readonly Call[]): Promise<readonly Answer[]>;
  /** The next message that is no notification, with its id. */
  next(): Promise<{ readonly id: Json; readonly answer: Answer }>;
  /** Null where it has not ended in time. */
  death(): Promise<Death | null>;
  /** Ends it, asked by the end of its input; see `endPort`. */
  end(): Promise<Ending>;
}

export interface Call {
  readonly method: string;
  readonly params: JsonObject;
}

/**
 * `startMs` is how long the first answer of a process may take, `callMs` any other, `endMs` its
 * end; `maxLineBytes` is how long a line of the port may be.
 */
export interface SessionOptions extends SpawnOptions {
  readonly startMs: number;
  readonly callMs: number;
  readonly endMs: number;
  readonly maxLineBytes: number;
}

/** More answers than this wait for nobody: the port is flooding. */
const mostUnread = 10_000;

/** How many lines of noise are kept. */
const mostNoise = 20;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Starts a process; nothing is sent. */
export function openSession(options: SessionOptions, noticed: Noticed): Session {
  const process = startProcess(options);
  const cutter = createLineCutter(() => options.maxLineBytes);
  const messages: JsonObject[] = [];
  let wake = (): void => {};
  let end: Death | Error | null = null;
  let nextId = 1;
  let hasAnswered = false;

  process.stdout.on('data', (chunk: Buffer) => {
    for (const line of cutter.push(chunk)) {
      if (line.is === 'too long') noticed.noise.push('(a line that is too long)');
      else messages.push(...messageIn(line.bytes, noticed));
    }
    if (messages.length > mostUnread) {
      noticed.noise.push(`(${messages.length} messages that nobody asked for)`);
      messages.length = 0;
      process.kill();
    }
    wake();
  });
  void process.ended.then((ended) => {
    end = ended;
    wake();
  });

  const received = async (): Promise<JsonObject> => {
    const timeoutMs = hasAnswered ? options.callMs : options.startMs;
    const deadline = after(timeoutMs);
    for (;;) {
      const message = messages.shift();
      if (message !== undefined) {
        hasAnswered = true;
        return message;
      }
      if (end !== null) throw new Gone(endText(end));
      if (deadline.isOver()) {
        // Nothing more is awaited of it, so that one silence is waited out once.
        process.kill();
        throw new Gone(`no answer within ${timeoutMs} ms`, 'silence');
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
        deadline.onOver(resolve);
      });
    }
  };
  const next: Session['next'] = async () => {
    const message = await received();
    return { id: message['id'] ?? null, answer: answerIn(message) };
  };
  const send = (line: string): void => {
    process.stdin.write(`${line}\n`);
  };
  const askAll: Session['askAll'] = async (calls) => {
    const first = nextId;
    nextId += calls.length;
    process.stdin.write(
      calls
        .map(({ method, params }, i) =>
          asciiJson({ jsonrpc: '2.0', id: first + i, method, params }).concat('\n'),
        )
        .join(''),
    );
    const answers = new Map<number, Answer>();
    while (answers.size < calls.length) {
      const { id, answer } = await next();
      const at = Number(id) - first;
      const asked = calls[at];
      if (asked === undefined) throw new Seen(`an answer with the id ${asciiJson(id)}`);
      if (answers.has(at)) throw new Seen(`two answers to ${asked.method}`);
      answers.set(at, answer);
      note(asked, answer, noticed);
    }
    return calls.flatMap((_, i) => answers.get(i) ?? []);
  };
  return {
    send,
    write: (text) => void process.stdin.write(text),
    async ask(method, params = {}) {
      const [answer] = await askAll([{ method, params }]);
      if (answer === undefined) throw new Seen('no answer');
      return answer;
    },
    askAll,
    next,
    async death() {
      const deadline = after(options.endMs);
      await Promise.race([process.ended, new Promise<void>((resolve) => deadline.onOver(resolve))]);
      return end === null || end instanceof Error ? null : end;
    },
    end: () => endPort(process, options.endMs, null),
  };
}

function messageIn(bytes: Buffer, noticed: Noticed): readonly JsonObject[] {
  if (bytes.some((byte) => byte > 0x7e)) noticed.nonAsciiLines++;
  let message: Json = null;
  try {
    message = JSON.parse(decoder.decode(bytes));
  } catch {
    // Said below.
  }
  if (!isObject(message) || message['jsonrpc'] !== '2.0') {
    if (noticed.noise.length < mostNoise)
      noticed.noise.push(asciiJson(bytes.subarray(0, 120).toString('latin1')));
    return [];
  }
  return Object.hasOwn(message, 'method') && !Object.hasOwn(message, 'id') ? [] : [message];
}

/** Deeper than this no answer goes, and printing it could end us. */
const deepest = { depth: 100, values: Number.POSITIVE_INFINITY };

function answerIn(message: JsonObject): Answer {
  if (!isSmall(message, deepest)) {
    throw new Seen(`an answer with values deeper than ${deepest.depth} in each other`);
  }
  if (isObject(message['result']) && !Object.hasOwn(message, 'error')) {
    return { is: 'result', result: message['result'] };
  }
  const failure = failureSchema.safeParse(message);
  if (!failure.success || Object.hasOwn(message, 'result')) {
    throw new Seen('an answer that is neither a result nor an error as section 6 has it');
  }
  const { code, message: says, data } = failure.data.error;
  return { is: 'error', code, data: isObject(data) ? data : {}, says };
}

const methodsByName: ReadonlyMap<string, WireMethod> = new Map<string, WireMethod>(
  codecs.flatMap(({ kind, methods }) =>
    Object.entries(methods).map(([name, method]) => [`${kind}/${name}`, method] as const),
  ),
);

function note({ method, params }: Call, answer: Answer, noticed: Noticed): void {
  if (answer.is === 'error') {
    const { code } = answer.data;
    if (answer.code === 1 && typeof code === 'string') noticed.errors.push(code);
    return;
  }
  const known = methodsByName.get(method);
  if (known === undefined) return;
  const above = Number(params['digestsAbove'] ?? Number.POSITIVE_INFINITY);
  if (known.large !== undefined && hasUnaskedDigest(answer.result, known.large.at, above)) {
    noticed.misfits.push(`${method}: a digest, which the call did not allow`);
  }
  const fits = known.result.safeParse(answer.result);
  if (fits.success) return;
  const issue = fits.error.issues[0];
  noticed.misfits.push(`${method}: ${issue?.path.map(String).join('.') ?? ''}: ${issue?.message}`);
}

interface Deadline {
  isOver(): boolean;
  onOver(done: () => void): void;
}

/** A time that a check waits for; no verdict holds it. */
function after(timeoutMs: number): Deadline {
  let isOver = false;
  let done = (): void => {};
  const timer = setTimeout(() => {
    isOver = true;
    done();
  }, timeoutMs);
  timer.unref();
  return {
    isOver: () => isOver,
    onOver(callback) {
      done = callback;
    },
  };
}

function endText(end: Death | Error): string {
  if (end instanceof Error) return `it could not be started: ${asciiJson(end.message)}`;
  return end.signal === null
    ? `the process ended with exit code ${end.exitCode}`
    : `the process was ended by ${end.signal}`;
}
