import * as fs from 'node:fs';
import { join } from 'node:path';
import { asciiJson } from '../wire/ascii.ts';
import type { JsonObject } from '../wire/ascii.ts';
import { protocolRange } from '../wire/envelope.ts';
import type { Feature, InitializeResult } from '../wire/envelope.ts';
import { helloIn } from '../wire/hello.ts';
import { openSession, Seen, Unready } from './session.ts';
import type { Answer, Call, Noticed, Session, SessionOptions } from './session.ts';
import { tours } from './tours.ts';
import type { Tour } from './tours.ts';

/** What the checks of one lint share. */
export interface Lint {
  readonly hello: InitializeResult;
  readonly options: SessionOptions;
  readonly noticed: Noticed;
  /** How to work each kind that the port serves and that we know. */
  readonly tours: readonly Tour[];
  has(feature: Feature): boolean;
  /** A process that shook hands; another one where the last has ended. */
  session(): Promise<Session>;
  /** A process of its own, to which nothing was said yet. It is ended with the lint. */
  fresh(): Session;
  /** A directory that no store was in. */
  dir(): string;
  /** Ends every process but the shared one. */
  endOthers(): Promise<void>;
  close(): Promise<void>;
}

/** The parameters of `initialize`; `maxLineBytes` is what we accept. */
export function helloParams(
  maxLineBytes: number,
  version: { readonly min: number; readonly max: number } = protocolRange,
): JsonObject {
  return {
    protocol: { ...version },
    suite: { name: 'tearproof lint', version: '0' },
    limits: { maxLineBytes },
  };
}

/** Shakes hands once to learn what the port claims. Throws `Seen` where that fails. */
export async function openLint(options: SessionOptions, scratch: string): Promise<Lint> {
  const noticed: Noticed = { noise: [], misfits: [], errors: [], nonAsciiLines: 0 };
  const open: Session[] = [];
  let shared: Session | null = null;
  let dirs = 0;
  const fresh = (): Session => {
    const session = openSession(options, noticed);
    open.push(session);
    return session;
  };
  const greeted = async (): Promise<{ session: Session; hello: Answer }> => {
    const session = fresh();
    return { session, hello: await session.ask('initialize', helloParams(options.maxLineBytes)) };
  };
  const close = async (): Promise<void> => {
    await Promise.all(open.map((session) => session.end()));
  };
  try {
    const first = await greeted();
    const hello = helloOf(first.hello);
    shared = first.session;
    return {
      hello,
      options,
      noticed,
      tours: tours.filter(({ kind }) => Object.hasOwn(hello.kinds, kind)),
      has: (feature) => hello.features?.includes(feature) ?? false,
      async session() {
        if (shared === null || !(await isWell(shared))) shared = (await greeted()).session;
        return shared;
      },
      fresh,
      dir() {
        const dir = join(scratch, `store-${++dirs}`);
        fs.mkdirSync(dir);
        return dir;
      },
      async endOthers() {
        const others = open.filter((session) => session !== shared);
        open.splice(0, open.length, ...open.filter((session) => session === shared));
        await Promise.all(others.map((session) => session.end()));
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function helloOf(answer: Answer): InitializeResult {
  if (answer.is === 'error') {
    throw new Seen(`initialize was refused by ${answer.code}: ${asciiJson(answer.says)}`);
  }
  const hello = helloIn(answer.result);
  if (typeof hello === 'string') throw new Seen(hello);
  return hello;
}

async function isWell(session: Session): Promise<boolean> {
  try {
    return (await session.ask('ping')).is === 'result';
  } catch {
    return false;
  }
}

/** The result of a call that must succeed. Throws `Seen` where it is refused, or `Unready`. */
export async function must(session: Session, call: Call): Promise<JsonObject> {
  const answer = await session.ask(call.method, call.params);
  if (answer.is === 'result') return answer.result;
  unlessReady(call.method, answer);
  throw new Seen(`${call.method} was refused by ${codeOf(answer)}: ${asciiJson(answer.says)}`);
}

function unlessReady(what: string, answer: Answer): void {
  if (answer.is === 'result' || codeOf(answer) !== 'not_supported') return;
  throw new Unready(answer.says === '' ? `${what} is not supported` : answer.says);
}

/** What an answer is, in a word or two. */
export function codeOf(answer: Answer): string {
  if (answer.is === 'result') return 'a result';
  const { code } = answer.data;
  return answer.code === 1 && typeof code === 'string' ? code : String(answer.code);
}

/** A finding where the answer has another code than this. Throws `Unready`. */
export function wants(what: string, answer: Answer, code: string | number): string | null {
  unlessReady(what, answer);
  const is = codeOf(answer);
  return is === String(code) ? null : `${what} is answered by ${asciiJson(is)}, not ${code}`;
}
