import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codes as fastCodes } from '../../spec/fast-segment/codes.ts';
import { errorTexts } from '../../spec/session-store-v2/codes.ts';
import { codes as walCodes } from '../../spec/wal-segment/codes.ts';
import { kindNamed } from '../subjects.ts';
import { faultNames } from './fault.ts';
import { codecs, kindNames, servedBy, storesOf } from './kinds.ts';
import { examplesOf } from './page.ts';
import type { Example } from './page.ts';
import { claimProblems, profileOps } from './profiles.ts';
import { serve } from './server.ts';

const page = fs.readFileSync(join(import.meta.dirname, '../../ports/PROTOCOL.md'), 'utf8');
const processes = examplesOf(page);

/**
 * What our safe store answers to the requests of one process, with `/data` standing for a temporary
 * directory.
 */
async function answersTo(examples: readonly Example[]): Promise<string[]> {
  const dir = fs.mkdtempSync(join(tmpdir(), 'tearproof-page-'));
  const answers: string[] = [];
  const kind = kindNames.find((name) => examples.some((e) => e.request.includes(`"${name}/`)));
  const served = servedBy(kind ?? '', 'safe', fs);
  await serve({
    input: (async function* () {
      for (const { request } of examples) {
        yield Buffer.from(`${request.replaceAll('/data', dir)}\n`);
      }
    })(),
    write: async (line) => answers.push(line.trimEnd().replaceAll(dir, '/data')) > 0,
    kinds: [served],
    name: served.claims.name,
    version: served.claims.version,
    exit: () => {},
  });
  fs.rmSync(dir, { recursive: true });
  return answers;
}

describe('ports/PROTOCOL.md', () => {
  it.each(processes.map((examples, i) => [i, examples] as const))(
    'shows what our store answers, process %i',
    async (_i, examples) => {
      const answers = await answersTo(examples);
      expect(answers.map((answer) => JSON.parse(answer))).toEqual(
        examples.map(({ answer }) => JSON.parse(answer)),
      );
    },
  );

  it('lists every error code of the original with its message', () => {
    const missing = errorTexts.filter(({ code, category, prefix }) => {
      const cells = [`\`${code}\``, category, prefix.trim()].join(' *\\| *');
      return !new RegExp(`^\\| ${cells} *\\|$`, 'm').test(page);
    });
    expect(missing.map(({ code }) => code)).toEqual([]);
  });

  it.each([
    ['wal-segment', walCodes],
    ['fast-segment', fastCodes],
  ] as const)('lists every code that %s refuses with', (kind, codes) => {
    const [, chapter = ''] = page.split(new RegExp(`^## \\d+\\. ${kind}$`, 'm'));
    const refusals = codes.filter((one) => one.is === 'refusal');
    const missing = refusals.filter(
      ({ code, by }) => !chapter.replaceAll(/ +/g, ' ').includes(`| \`${code}\` | ${by} |`),
    );
    expect(missing.map(({ code }) => code)).toEqual([]);
    expect(refusals.length).toBeGreaterThan(15);
  });

  it('names every fault of a port as a program', () => {
    const [, chapter = ''] = page.split(/^## 7\. .*$/m);
    const named = [...chapter.split('## 8')[0]!.matchAll(/^\| `([a-z-]+)`/gm)].map(
      ([, n]) => n ?? '',
    );
    const all: readonly string[] = faultNames.filter((name) => name !== 'closed');
    expect(named).toEqual(all);
  });

  it.each(kindNames)('lists the profiles of %s as they are checked', (kind) => {
    const row = page.split('\n').find((line) => line.trim().startsWith(`| \`${kind}\` `)) ?? '';
    const cells = row.split('|').slice(2, 5);
    const shown = cells.map((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name));
    const { reader, core, full } = profileOps(kind);
    const all = Object.keys(codecs.find((codec) => codec.kind === kind)?.methods ?? {});
    expect(shown).toEqual([reader, core, all.filter((name) => !full.includes(name))]);
    expect(core).toEqual(kindNamed(kind).core);
    expect([...reader, ...core].filter((name) => !all.includes(name))).toEqual([]);
    for (const store of storesOf(kind)) {
      expect(claimProblems(servedBy(kind, store, fs).claims)).toEqual([]);
    }
  });

  it('has an example of every method', () => {
    const shown = new Set(
      processes.flat().map(({ request }) => String(JSON.parse(request).method)),
    );
    const all = [
      'initialize',
      'ping',
      'drop',
      'reset',
      'exit',
      'shutdown',
      ...codecs.flatMap(({ kind, methods }) =>
        Object.keys(methods).flatMap((name) => (name === 'drop' ? [] : [`${kind}/${name}`])),
      ),
    ];
    expect(all.filter((name) => !shown.has(name))).toEqual([]);
  });
});
