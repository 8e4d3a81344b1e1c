import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { asciiJson } from '../wire/ascii.ts';
import type { Json, JsonObject } from '../wire/ascii.ts';
import { recipeBytes, recipeText } from '../wire/recipe.ts';
import { ofEachKind, ofPort } from './check.ts';
import type { LintCheck } from './check.ts';
import { helloParams, must, wants } from './context.ts';
import type { Lint } from './context.ts';
import { Seen } from './session.ts';
import type { Session } from './session.ts';
import type { Given, Tour } from './tours.ts';

/** Writes texts into a fresh store, and gives what is read. */
async function keep(
  lint: Lint,
  tour: Tour,
  texts: readonly Given[],
  more: JsonObject = {},
): Promise<readonly (string | JsonObject)[]> {
  const [session, dir] = [await lint.session(), lint.dir()];
  // Another name each time: a handle that is open may well refuse to be opened again.
  const h = `lint.${basename(dir)}`;
  await must(session, tour.open(h, dir));
  for (const [n, text] of texts.entries()) {
    for (const call of tour.append(h, n, text)) await must(session, call);
  }
  const { method, params } = tour.read(h, dir);
  const result = await must(session, { method, params: { ...params, ...more } });
  return tour.texts(result, texts.every((text) => typeof text === 'string') ? 'utf8' : 'latin1');
}

const oddTexts = [
  '', 'plain', '\u2028 and \u2029', '\u0085 next line', 'a NUL \0 inside', 'astral \u{1f600}',
  'quote " and \\ and /', 'tab \t, LF \n, CR \r', '\ufeffa mark of byte order',
] as const; // prettier-ignore

/** Pads a ping to exactly so many bytes, without its LF. */
function pingOf(id: number, lineBytes: number): string {
  const line = `{"jsonrpc":"2.0","id":${id},"method":"ping","params":{"pad":""}}`;
  return line.replace('""', `"${'x'.repeat(lineBytes - line.length)}"`);
}

async function answersPing(session: Session, lineBytes: number): Promise<string | null> {
  session.send(pingOf(900_001, lineBytes));
  const { id, answer } = await session.next();
  return id === 900_001
    ? wants(`a line of ${lineBytes} bytes`, answer, 'a result')
    : `a line of ${lineBytes} bytes is answered with the id ${asciiJson(id)}`;
}

const longestTried = 64 * 1024 * 1024;

/** Checks of what stands in a line: numbers, text, length. */
export const valueChecks: readonly LintCheck[] = [
  {
    id: 'big-numbers',
    level: 'MUST',
    sentence: 'Numbers of 64 bits are kept: 2^53 + 1, and 2^64 - 1.',
    cure: 'Never let a 64-bit number become a floating-point one: it comes and goes as a string.',
    run: async (lint) => {
      const able = lint.tours.filter(({ number }) => number !== null);
      if (able.length === 0) return { is: 'not_applicable', why: 'no kind served has any' };
      return ofEachKind(async (_, { number }) => {
        for (const value of ['9007199254740993', '18446744073709551615']) {
          const dir = lint.dir();
          const { calls, shown } = number?.(`lint.${basename(dir)}`, dir, value) ?? {
            calls: [],
            shown: () => [],
          };
          let last: JsonObject = {};
          for (const call of calls) last = await must(await lint.session(), call);
          const got: readonly Json[] = shown(last);
          if (got.length !== 1 || got[0] !== value) return `${value} became ${asciiJson(got)}`;
        }
        return null;
      })({ ...lint, tours: able });
    },
  },
  {
    id: 'text',
    level: 'MUST',
    sentence: 'Every character is kept, also U+2028, U+0085, NUL, and those beyond U+FFFF.',
    cure: 'Cut the input at LF only (no `splitlines`, no `BufferedReader` with universal newlines).',
    run: ofEachKind(async (lint, tour) => {
      const got = await keep(lint, tour, oddTexts);
      const wrong = oddTexts.findIndex((text, i) => got[i] !== text);
      if (wrong < 0 && got.length === oddTexts.length) return null;
      const text = oddTexts[wrong] ?? '(nothing more)';
      return `${asciiJson(text)} became ${asciiJson(got[wrong] ?? null)}`;
    }),
  },
  {
    id: 'long-line',
    level: 'MUST',
    sentence:
      'A line as long as the port says it takes is taken; one that is longer is answered by -32700, and the next is served.',
    cure: 'Read up to `maxLineBytes`, then skip to the next LF without keeping what is skipped.',
    run: ofPort(async (lint) => {
      const { maxLineBytes } = lint.hello.limits;
      if (maxLineBytes > longestTried) return answersPing(await lint.session(), longestTried);
      const session = await lint.session();
      const saw = await answersPing(session, maxLineBytes);
      if (saw !== null) return saw;
      session.send(pingOf(900_002, maxLineBytes + 1));
      const { id, answer } = await session.next();
      if (id !== null) return `a line that is too long is answered with the id ${asciiJson(id)}`;
      return wants('a line that is too long', answer, -32700) ?? answersPing(session, 1000);
    }),
  },
  {
    id: 'long-result',
    level: 'MUST',
    sentence: 'A result that is longer than the harness takes is answered by -32001.',
    cure: 'Keep `limits.maxLineBytes` of initialize, and measure an answer before it is written.',
    run: ofEachKind(async (lint, tour) => {
      const [session, dir] = [lint.fresh(), lint.dir()];
      const hello = await session.ask('initialize', helloParams(16_384));
      if (hello.is === 'error') throw new Seen('initialize with a limit of 16384 is refused');
      await must(session, tour.open('lint.long', dir));
      for (let n = 0; n < 3; n++) {
        for (const call of tour.append('lint.long', n, 'x'.repeat(6000))) await must(session, call);
      }
      const { method, params } = tour.read('lint.long', dir);
      return wants('a result above the limit', await session.ask(method, params), -32001);
    }),
  },
  {
    id: 'recipes',
    level: 'MUST',
    sentence: 'Recipes give the bytes that section 5 says.',
    cure: 'Try the generators on the bytes in the table of section 5.',
    run: async (lint) => {
      if (!lint.has('recipes')) return { is: 'not_applicable', why: 'not claimed' };
      return ofEachKind(async (_, tour) => {
        const recipes = (['zero', 'counter', 'xorshift32le'] as const).map(
          (gen) => ({ gen, seed: '12345', bytes: '100001' }) as const,
        );
        const got = await keep(
          lint,
          tour,
          recipes.map((recipe) => ({ recipe })),
          {
            digestsAbove: '65536',
          },
        );
        const want = recipes.map((recipe) =>
          tour.kind === 'session-store-v2'
            ? Buffer.from(recipeText(recipe) ?? '')
            : Buffer.from(recipeBytes(recipe)),
        );
        const wrong = want.findIndex((bytes, i) => digestOf(got[i]) !== sha256(bytes));
        return wrong < 0 ? null : `${recipes[wrong]?.gen} gives other bytes`;
      })(lint);
    },
  },
  {
    id: 'ascii',
    level: 'SHOULD',
    sentence: 'Lines are ASCII: what lies beyond is escaped.',
    cure: 'Use the option of your JSON printer that escapes, as `ensure_ascii`.',
    run: ofPort(async ({ noticed }) =>
      noticed.nonAsciiLines === 0 ? null : `${noticed.nonAsciiLines} lines are not`,
    ),
  },
];

function digestOf(got: string | JsonObject | undefined): string | null {
  if (typeof got === 'string') return sha256(Buffer.from(got, 'latin1'));
  const digest = got?.['sha256'];
  return typeof digest === 'string' ? digest : null;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
