import * as fs from 'node:fs';
import { join } from 'node:path';
import { asciiJson } from '../wire/ascii.ts';
import { shownShort } from '../lib/shown.ts';
import { endOf, ofEachKind, ofPort } from './check.ts';
import type { LintCheck } from './check.ts';
import { codeOf, helloParams, must, wants } from './context.ts';
import type { Lint } from './context.ts';
import type { Session } from './session.ts';
import type { Tour } from './tours.ts';

/** Every file below a directory with its bytes; what a check compares before and after. */
function bytesIn(dir: string): ReadonlyMap<string, string> {
  const found = fs.readdirSync(dir, { recursive: true, withFileTypes: true });
  return new Map(
    found.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path, entry.isFile() ? fs.readFileSync(path, 'latin1') : '(no file)'] as const;
    }),
  );
}

function changed(before: ReadonlyMap<string, string>, dir: string): string | null {
  const after = bytesIn(dir);
  const names = [...before.keys(), ...after.keys()];
  const other = names.find((name) => before.get(name) !== after.get(name));
  return other === undefined ? null : shownShort(other.slice(dir.length + 1), 80);
}

/** A store with two entries, the second of which was only just acknowledged. */
async function begun(lint: Lint, tour: Tour, session: Session, h: string): Promise<string> {
  const dir = lint.dir();
  await must(session, tour.open(h, dir));
  for (const n of [0, 1]) {
    for (const call of tour.append(h, n, `entry ${n}`)) await must(session, call);
  }
  return dir;
}

async function greeted(lint: Lint): Promise<Session> {
  const session = lint.fresh();
  await session.ask('initialize', helloParams(lint.options.maxLineBytes));
  return session;
}

/** Checks of handles, processes, and what is left of them. */
export const processChecks: readonly LintCheck[] = [
  {
    id: 'no-handle',
    level: 'MUST',
    sentence:
      'A call on a handle that is not open is answered by the store error no-handle, definite.',
    cure: 'Look the handle up before anything is done, also for `drop` and after `close`.',
    run: ofEachKind(async (lint, tour) => {
      const session = await lint.session();
      await session.ask('reset');
      for (const { method, params } of [
        ...tour.append('lint.none', 0, 'x'),
        { method: 'drop', params: { h: 'lint.none' } },
      ]) {
        const answer = await session.ask(method, params);
        const saw = wants(method, answer, 'no-handle');
        if (saw !== null) return saw;
        if (answer.is === 'error' && answer.data['definite'] !== true) {
          return `${method}: no-handle is not definite`;
        }
      }
      return null;
    }),
  },
  {
    id: 'drop-forgets',
    level: 'MUST',
    sentence: 'drop and reset forget handles, and change no byte.',
    cure: 'Close descriptors and forget: no flush, no footer, no removed lock file.',
    run: ofEachKind(async (lint, tour) => {
      const session = await lint.session();
      for (const method of ['drop', 'reset']) {
        const dir = await begun(lint, tour, session, 'lint.drop');
        const before = bytesIn(dir);
        await must(session, { method, params: method === 'drop' ? { h: 'lint.drop' } : {} });
        const file = changed(before, dir);
        if (file !== null) return `${method} changed ${file}`;
        const [call] = tour.append('lint.drop', 2, 'x');
        if (call === undefined) continue;
        const answer = await session.ask(call.method, call.params);
        const saw = wants(`a call after ${method}`, answer, 'no-handle');
        if (saw !== null) return saw;
      }
      return null;
    }),
  },
  {
    id: 'many-handles',
    level: 'MUST',
    sentence: 'Handles on several directories do not disturb each other.',
    cure: 'Keep everything that belongs to a store with its handle, and nothing beside it.',
    run: ofEachKind(async (lint, tour) => {
      const session = await lint.session();
      const stores = ['a', 'b', 'c'].map((name) => ({ h: `lint.${name}`, dir: lint.dir() }));
      for (const { h, dir } of stores) await must(session, tour.open(h, dir));
      for (const n of [0, 1]) {
        for (const { h } of stores) {
          for (const call of tour.append(h, n, `${h} ${n}`)) await must(session, call);
        }
      }
      for (const { h, dir } of stores) {
        const texts = tour.texts(await must(session, tour.read(h, dir)));
        if (asciiJson(texts) !== asciiJson([`${h} 0`, `${h} 1`])) {
          return `the store of ${h} shows ${asciiJson(texts).slice(0, 200)}`;
        }
      }
      return null;
    }),
  },
  {
    id: 'in-flight',
    level: 'MUST',
    sentence:
      'As many calls as are claimed may wait at once; those on one handle act in their order.',
    cure: 'Work through the input line by line, or claim `inFlight` 1.',
    run: ofEachKind(async (lint, tour) => {
      const [session, dir] = [await lint.session(), lint.dir()];
      await must(session, tour.open('lint.many', dir));
      const texts = Array.from({ length: 48 }, (_, n) => `call ${n}`);
      const calls = texts.flatMap((text, n) => tour.append('lint.many', n, text));
      const { inFlight } = lint.hello.limits;
      for (let i = 0; i < calls.length; i += inFlight) {
        const answers = await session.askAll(calls.slice(i, i + inFlight));
        const refused = answers.find(({ is }) => is === 'error');
        if (refused !== undefined) return `an append is answered by ${codeOf(refused)}`;
      }
      const got = tour.texts(await must(session, tour.read('lint.many', dir)));
      const wrong = texts.findIndex((text, n) => got[n] !== text);
      return wrong < 0 ? null : `entry ${wrong} is ${asciiJson(got[wrong] ?? null)}`;
    }),
  },
  {
    id: 'respawn',
    level: 'MUST',
    sentence: 'After every start initialize is answered the same.',
    cure: 'Claim nothing that is drawn, measured, or read from a clock.',
    run: ofPort(async (lint) => {
      const params = helloParams(lint.options.maxLineBytes);
      const hellos = [];
      for (let n = 0; n < 2; n++) {
        const answer = await lint.fresh().ask('initialize', params);
        hellos.push(answer.is === 'result' ? asciiJson(answer.result) : codeOf(answer));
      }
      return hellos[0] === hellos[1] ? null : 'two starts give two answers';
    }),
  },
  {
    id: 'shutdown',
    level: 'MUST',
    sentence:
      'shutdown is answered; then the port ends with exit code 0, and leaves nothing running.',
    cure: 'Leave the loop after the answer is flushed; end threads and children that would stay.',
    run: ofPort(async (lint) => {
      const session = await greeted(lint);
      const saw = wants('shutdown', await session.ask('shutdown'), 'a result');
      return saw ?? (await endsWell(session, 'shutdown'));
    }),
  },
  {
    id: 'end-of-input',
    level: 'MUST',
    sentence: 'At the end of stdin the port ends with exit code 0, and leaves nothing running.',
    cure: 'Leave the loop where a read gives nothing more.',
    run: ofEachKind(async (lint, tour) => {
      const session = await greeted(lint);
      await begun(lint, tour, session, 'lint.end');
      return (await session.end()).fault?.message ?? null;
    }),
  },
  {
    id: 'unfinished-line',
    level: 'MUST',
    sentence: 'A line without its LF at the end of the input is not executed.',
    cure: 'Drop what stands after the last LF.',
    run: ofEachKind(async (lint, tour) => {
      const session = await greeted(lint);
      const dir = await begun(lint, tour, session, 'lint.half');
      await must(session, { method: 'ping', params: {} });
      const before = bytesIn(dir);
      const [call] = tour.append('lint.half', 2, 'never sent');
      session.write(asciiJson({ jsonrpc: '2.0', id: 900_003, ...call }));
      await session.end();
      const file = changed(before, dir);
      return file === null ? null : `it changed ${file}`;
    }),
  },
  {
    id: 'exit',
    level: 'MUST',
    sentence:
      'exit ends the process at once, before or after its answer as asked, and changes no byte.',
    cure: 'Use the call that ends a process without its clean-up, as `os._exit` or `_exit`.',
    run: async (lint) => {
      if (!lint.has('exit')) return { is: 'not_applicable', why: 'not claimed' };
      return ofEachKind(exits)(lint);
    },
  },
  {
    id: 'named-errors',
    level: 'SHOULD',
    sentence: 'Errors have names: what was to be foreseen is not internal.',
    cure: 'Map what your language throws for ENOTDIR, EISDIR, EACCES to `io-` and the errno.',
    run: (lint) =>
      endOf(async () => {
        const session = await lint.session();
        for (const tour of lint.tours) {
          const dir = lint.dir();
          const file = join(dir, 'a-file');
          fs.writeFileSync(file, 'not a directory');
          for (const place of [file, join(file, 'inside'), join(dir, 'x'.repeat(300))]) {
            const { method, params } = tour.open('lint.error', place);
            await session.ask(method, params);
          }
        }
        const { errors } = lint.noticed;
        const internal = errors.filter((code) => code === 'internal').length;
        return internal === 0 ? null : `${internal} of ${errors.length} errors were internal`;
      }),
  },
];

async function exits(lint: Lint, tour: Tour): Promise<string | null> {
  for (const when of ['before_reply', 'after_reply']) {
    const session = await greeted(lint);
    const dir = await begun(lint, tour, session, 'lint.exit');
    const before = bytesIn(dir);
    if (when === 'after_reply') await must(session, { method: 'exit', params: { when } });
    else session.send(asciiJson({ jsonrpc: '2.0', id: 900_004, method: 'exit', params: { when } }));
    if ((await session.death()) === null) return `${when}: the process runs on`;
    const file = changed(before, dir);
    if (file !== null) return `${when}: it changed ${file}`;
    const answered = await session.next().then(
      () => true,
      () => false,
    );
    if (answered) return `${when}: an answer came`;
  }
  return null;
}

async function endsWell(session: Session, what: string): Promise<string | null> {
  if ((await session.death()) === null) return `the port runs on after ${what}`;
  return (await session.end()).fault?.message ?? null;
}
