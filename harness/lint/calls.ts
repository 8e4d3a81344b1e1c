import { codecs } from '../wire/codecs.ts';
import { falseClaims } from '../wire/profiles.ts';
import { ofEachKind, ofPort } from './check.ts';
import type { LintCheck } from './check.ts';
import { codeOf, helloParams, must, wants } from './context.ts';
import { Seen } from './session.ts';
import type { Session } from './session.ts';

const none = 'tearproof-lint/no-such-method';

/** What the session answers to a line that is no call, by its code; its id must be null. */
async function codeOfLine(session: Session, line: string): Promise<string> {
  session.send(line);
  const { id, answer } = await session.next();
  if (id !== null) throw new Seen('an answer with an id, to a line that has none');
  return codeOf(answer);
}

/** Checks of the lines and calls themselves, before any store is asked for. */
export const callChecks: readonly LintCheck[] = [
  {
    id: 'claims',
    level: 'MUST',
    sentence: 'What the port claims is of kinds that there are, with their core and profiles.',
    cure: 'Compare `kinds` in the answer to initialize with the table in section 4 of PROTOCOL.md.',
    run: ofPort(async ({ hello }) => {
      const known = codecs.map(({ kind }) => kind).filter((k) => Object.hasOwn(hello.kinds, k));
      if (known.length === 0) return 'no kind is served that this suite knows';
      return falseClaims(hello.kinds)[0] ?? null;
    }),
  },
  {
    id: 'flush',
    level: 'MUST',
    sentence: 'Each answer comes before another call is made.',
    cure: 'Flush stdout after every line: it is a pipe, which most languages buffer.',
    run: ofPort(async (lint) => {
      const session = await lint.session();
      for (let n = 0; n < 3; n++) await session.ask('ping');
      return null;
    }),
  },
  {
    id: 'unknown-method',
    level: 'MUST',
    sentence: 'A method that the port does not have is answered by -32601.',
    cure: 'Answer -32601 from the last branch of the place where methods are told apart.',
    run: ofPort(async (lint) => {
      const session = await lint.session();
      const names = [none, 'no-such-method', ...lint.tours.map(({ kind }) => `${kind}/no-such`)];
      for (const name of names) {
        const saw = wants(name, await session.ask(name, {}), -32601);
        if (saw !== null) return saw;
      }
      return null;
    }),
  },
  {
    id: 'claims-served',
    level: 'MUST',
    sentence: 'Every operation that is claimed is served.',
    cure: 'Take the operation out of `ops`, or serve it.',
    run: ofEachKind(async (lint, { kind }) => {
      const session = await lint.session();
      for (const op of lint.hello.kinds[kind]?.ops ?? []) {
        const method = op === 'drop' ? op : `${kind}/${op}`;
        const answer = await session.ask(method, {});
        if (codeOf(answer) === '-32601') return `${op} is claimed and answered by -32601`;
      }
      return null;
    }),
  },
  {
    id: 'bad-params',
    level: 'MUST',
    sentence: 'Parameters that do not fit are answered by -32602.',
    cure: 'Check each member before the store is called; schemas are in ports/schema/.',
    run: ofEachKind(async (lint, tour) => {
      const [session, dir] = [await lint.session(), lint.dir()];
      await must(session, tour.open('lint.bad', dir));
      for (const { method, params } of tour.bad('lint.bad', dir)) {
        const what = `${method} with ${JSON.stringify(params).replace(dir, '...').slice(0, 120)}`;
        const saw = wants(what, await session.ask(method, params), -32602);
        if (saw !== null) return saw;
      }
      return null;
    }),
  },
  {
    id: 'unknown-members',
    level: 'MUST',
    sentence: 'Members that the port does not know are ignored, and so are notifications.',
    cure: 'Read the members that you know, and answer nothing that has no id.',
    run: ofEachKind(async (lint, tour) => {
      const session = await lint.session();
      session.send('{"jsonrpc":"2.0","method":"$/lint","params":{"a":[1]}}');
      const { method, params } = tour.open('lint.more', lint.dir());
      await must(session, { method, params: { ...params, later: { members: [true] } } });
      return null;
    }),
  },
  {
    id: 'bad-lines',
    level: 'MUST',
    sentence: 'A line that cannot be read is answered by -32700 or -32600, and the next is served.',
    cure: 'Catch what the JSON parser throws, and answer with the id null.',
    run: ofPort(async (lint) => {
      const session = await lint.session();
      session.send('');
      session.send(' \t\r');
      const lines = [
        ['hello', '-32700'],
        ['{"jsonrpc":"2.0","id":', '-32700'],
        ['['.repeat(100_000), '-32700'],
        ['[]', '-32600'],
        ['7', '-32600'],
      ] as const;
      for (const [line, code] of lines) {
        const got = await codeOfLine(session, line);
        if (got !== code) return `the line ${line.slice(0, 30)} is answered by ${got}, not ${code}`;
      }
      await session.ask('ping');
      return null;
    }),
  },
  {
    id: 'before-initialize',
    level: 'MUST',
    sentence: 'Before initialize every call but ping is answered by -32002.',
    cure: 'Remember whether initialize was answered, and look before anything else is done.',
    run: ofEachKind(async (lint, tour) => {
      const session = lint.fresh();
      const { method, params } = tour.open('lint.early', lint.dir());
      const saw = wants(method, await session.ask(method, params), -32002);
      if (saw !== null) return saw;
      return wants('ping', await session.ask('ping'), 'a result');
    }),
  },
  {
    id: 'initialize-once',
    level: 'MUST',
    sentence: 'A second initialize is answered by -32600, and changes nothing.',
    cure: 'Remember whether initialize was answered.',
    run: ofPort(async (lint) => {
      const session = await lint.session();
      const params = helloParams(lint.options.maxLineBytes);
      const saw = wants('a second initialize', await session.ask('initialize', params), -32600);
      return saw ?? wants('reset after it', await session.ask('reset'), 'a result');
    }),
  },
  {
    id: 'no-common-version',
    level: 'MUST',
    sentence: 'Where no version is common, initialize is answered by -32003.',
    cure: 'Compare `protocol.min` and `protocol.max` with the versions that the port speaks.',
    run: ofPort(async (lint) => {
      const params = helloParams(lint.options.maxLineBytes, { min: 1000, max: 1001 });
      return wants('version 1000', await lint.fresh().ask('initialize', params), -32003);
    }),
  },
];
