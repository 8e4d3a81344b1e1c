import fc from 'fast-check';
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Outcome } from '../../spec/lib/history.ts';
import type { Image } from '../../spec/lib/image.ts';
import { follow } from '../follow.ts';
import { writeImage } from '../inspect/write.ts';
import { show } from '../lib/show.ts';
import { timeAt } from '../lib/time.ts';
import { kindNamed } from '../subjects.ts';
import { connect, type Client } from './client.ts';
import { isSendable } from './codecs.ts';
import type { AnyCodec } from './kinds.ts';
import { examplesOf } from './page.ts';
import { resetPort, stdioPort } from './stdio-port.ts';

/** A starter port over stdio, with a folder for its stores that goes with it. */
export interface PortBench {
  readonly client: Client;
  /** A new directory that holds `image`. */
  readonly siteOf: (image?: Image) => string;
  /** A prefix for the handles of the directory made last. */
  readonly handle: () => string;
  readonly close: () => Promise<void>;
}

/** A port syncs whatever it is told to; where that costs nothing, the disk is left to others. */
const memory = ['/dev/shm'].find((dir) => fs.existsSync(dir));

/** Starts a port. */
export async function benchOf(command: readonly string[]): Promise<PortBench> {
  const scratch = fs.mkdtempSync(join(memory ?? tmpdir(), 'tearproof-port-test-'));
  const client = await connect({ command, startMs: 60_000, callMs: 60_000 });
  let made = 0;
  return {
    client,
    siteOf(image = new Map()) {
      const dir = join(scratch, String(++made));
      fs.mkdirSync(dir);
      writeImage(dir, image);
      return dir;
    },
    handle: () => `${made}.`,
    async close() {
      await client.close();
      fs.rmSync(scratch, { recursive: true });
    },
  };
}

/** One step of a random history: what the port answered, and where its store stands. */
export interface Played {
  readonly op: { readonly op: string };
  readonly at: string;
  readonly answer: Outcome<unknown>;
}

/**
 * Random histories of 25 operations, each on a directory of its own; answers how many steps there
 * were. Throws where the machine does not allow an answer. `begun` is told of each history, and
 * what it answers of each step, and of the history's end.
 */
export async function playHistories(
  { client, siteOf, handle }: PortBench,
  codec: AnyCodec,
  { seed, histories }: { readonly seed: number; readonly histories: number },
  begun?: (dir: string) => { step(played: Played): Promise<void>; end(): void },
): Promise<number> {
  const kind = kindNamed(codec.kind);
  const length = { minLength: 25, maxLength: 25, size: 'max' } as const;
  const drawn = fc.sample(fc.array(kind.drafts('safe'), length), { seed, numRuns: histories });
  let answers = 0;
  for (const drafts of drawn) {
    const dir = siteOf();
    const port = stdioPort(client, codec, { dir, handle: handle() });
    const listener = begun?.(dir);
    const follower = follow(kind.machine('safe', port.claims, { root: dir }), false);
    for (const [i, draft] of drafts.entries()) {
      const op = kind.resolve(follower.states.at(-1), draft) as { readonly op: string };
      const at = timeAt(i);
      const allowed = follower.allowed(op, at);
      if (allowed.length === 0 || !isSendable(codec, op)) continue;
      const answer = await port.step(op, at);
      if (!follower.answered(op, at, answer)) {
        const due = allowed.map(({ result }) => show(result)).join(' or ');
        throw new Error(`${show(op)} answered ${show(answer)}; allowed: ${due}`);
      }
      await listener?.step({ op, at, answer });
      answers++;
    }
    listener?.end();
    await resetPort(client);
  }
  return answers;
}

const page = join(import.meta.dirname, '../../ports/PROTOCOL.md');

/**
 * What a program answers to the examples that the page of the protocol has of a kind, and what the
 * page shows, without the handshake. What a port says to people is its own.
 */
export async function examplesAnswered(
  command: readonly [string, ...string[]],
  kind: string,
  dir: string,
): Promise<{ readonly said: readonly unknown[]; readonly due: readonly unknown[] }> {
  const all = examplesOf(fs.readFileSync(page, 'utf8'));
  const examples =
    all.find((some) => some.some(({ request }) => request.includes(`"${kind}/`))) ?? [];
  const [program, ...args] = command;
  const asked = promisify(execFile)(program, args);
  const lines = examples.map(({ request }) => request.replaceAll('/data', dir));
  asked.child.stdin?.end(`${lines.join('\n')}\n`);
  const answered = (await asked).stdout.trimEnd().replaceAll(dir, '/data').split('\n');
  const plain = (line: string): unknown => {
    const { message: _, ...rest } = JSON.parse(line).error ?? {};
    return { ...JSON.parse(line), error: rest };
  };
  return {
    said: answered.map(plain).slice(1),
    due: examples.map(({ answer }) => plain(answer)).slice(1),
  };
}
