// What the original stores do to people's data, judged by the promises. `npx tsx
// scripts/dev/originals.ts find [KIND]` looks for it (minutes) and keeps each finding as a repro in
// fixtures/KIND/originals/, `shrink [KIND]` shrinks those again, and each writes docs/originals.md
// from them, as it does with neither.
import * as fs from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { modelNamed } from '../../faults/models/index.ts';
import { tellLines } from '../../harness/advise/tell.ts';
import { checkKind } from '../../harness/check.ts';
import { reproOf } from '../../harness/findings.ts';
import { depths, type Depth } from '../../harness/depth.ts';
import { modelsIn } from '../../harness/fault.ts';
import { narrow } from '../../harness/narrow.ts';
import { hitOf, replay } from '../../harness/replay.ts';
import { caseOf, reproSchema, type Repro } from '../../harness/repro.ts';
import { shrink } from '../../harness/shrink.ts';
import { kinds, subjectOf } from '../../harness/subjects.ts';
import { anomalyTexts } from '../../spec/lib/anomalies.ts';
import type { Anomaly, Clause } from '../../spec/lib/clause.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = 'docs/originals.md';
const seed = '20260101';
const histories = 16;

/** Clauses of agreement: that the original is itself is no finding. */
const agreement = /^[A-Z0-9]+-(OPS|ERR|OPEN)-/;

/** What the names of those end in that were found where only power cuts were tried. */
const byPower = '-power';

const folderOf = (kind: string): string => `fixtures/${kind}/originals`;

/** The kinds that have an original, in their order. */
const withOriginal = kinds.filter(({ ports }) => ports['original'] !== undefined);

/** From the worst: data that is gone, data that is false, stores that stop, and the rest. */
const severity: readonly Anomaly[] = [
  'lost_durable', 'lost_acked', 'phantom', 'resurrected', 'corrupt_accepted', 'gap', 'reordered', 'duplicate',
  'torn_visible', 'not_atomic', 'unopenable', 'continuation_broken', 'died', 'hang', 'chain_broken',
  'destroyed_evidence', 'silent_repair', 'not_idempotent', 'readers_disagree', 'wrong_error', 'side_effect',
  'allocation_unbounded',
]; // prettier-ignore

/** The kept repros of all kinds, or of one, in the order of their file names. */
export function keptRepros(kind?: string): readonly Kept[] {
  return withOriginal.filter(({ name }) => kind === undefined || kind === name).flatMap(keptOf);
}

interface Kept {
  readonly file: string;
  readonly repro: Repro;
}

function keptOf({ name: kind }: { readonly name: string }): readonly Kept[] {
  const folder = folderOf(kind);
  if (!fs.existsSync(join(root, folder))) return [];
  const files = fs.readdirSync(join(root, folder)).filter((name) => name.endsWith('.repro.json'));
  return files.toSorted().map((name) => {
    const text = fs.readFileSync(join(root, folder, name), 'utf8');
    return { file: `${folder}/${name}`, repro: reproSchema.parse(JSON.parse(text)) };
  });
}

/** Looks for findings and keeps them; earlier ones are removed. The same seed finds the same. */
async function find(kind: string): Promise<void> {
  const subject = await subjectOf(kind, 'original', 'safe');
  const clauses = subject.trial.kind.clauses.filter((clause) => !agreement.test(clause.id));
  const trial = { ...subject.trial, kind: { ...subject.trial.kind, clauses } };
  const folder = join(root, folderOf(kind));
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const finding = ({ clause, anomaly }: Repro): string => `${clause} ${anomaly}`;
  const cutsPower = new Set<string>();
  const look = async (depth: Depth, suffix: string): Promise<void> => {
    const keep = (repro: Repro): string | undefined => {
      const name = `${repro.clause}-${repro.anomaly}${suffix}.repro.json`;
      if (fs.existsSync(join(folder, name)) || isTheDevices(repro)) return undefined;
      if (suffix === byPower && (repro.fault !== 'power' || cutsPower.has(finding(repro)))) {
        return undefined;
      }
      if (repro.fault === 'power') cutsPower.add(finding(repro));
      process.stderr.write(`${name}\n`);
      fs.writeFileSync(join(folder, name), `${JSON.stringify(repro, null, 2)}\n`);
      return name;
    };
    const options = { seed, depth, keep };
    const events = checkKind({ trial, by: 'original' }, options);
    while ((await events.next()).done !== true);
  };
  const depth = { ...depths.quick, histories };
  await look(depth, '');
  // What a kill shows too is found by a kill first; here is what power cuts do.
  await look(narrow(depth, { rungs: ['one lost', 'one kept'] }), byPower);
}

/** What only shows where a file system does not keep its word is no finding in a store. */
function isTheDevices(repro: Repro): boolean {
  return modelsIn(caseOf<unknown>(repro)!.fault).some((name) => !modelNamed(name).honest);
}

/** Shrinks the kept repros again, after the shrinker became better. */
async function shrinkAgain(kind: string): Promise<void> {
  const subject = await subjectOf(kind, 'original', 'safe');
  for (const { file, repro } of keptRepros(kind)) {
    const clause = subject.trial.kind.clauses.find((one) => one.id === repro.clause)!;
    const target = { clause, anomaly: repro.anomaly as Anomaly };
    const hit = await shrink(subject.trial, caseOf<unknown>(repro)!, target);
    if (hit === null) throw new Error(`${file} does not break ${repro.clause} any more`);
    const smaller = reproOf(subject, clause.id, hit, repro.seed);
    fs.writeFileSync(join(root, file), `${JSON.stringify(smaller, null, 2)}\n`);
  }
}

interface Part {
  readonly title: string;
  readonly clause: Clause;
  readonly anomaly: Anomaly;
  /** The faults that it takes, in words. */
  readonly needs: string;
  readonly text: string;
}

/** The page as text: a pure function of the kept repros, each of them replayed. */
export async function originalsPage(): Promise<string> {
  const sections: string[] = [];
  for (const { name } of withOriginal) {
    const parts: Part[] = [];
    for (const { file, repro } of keptRepros(name)) parts.push(await partOf(file, repro));
    if (parts.length > 0) sections.push(sectionOf(name, parts));
  }
  return `${[heading, ...sections].join('\n\n')}\n`;
}

function sectionOf(kind: string, parts: readonly Part[]): string {
  const sorted = parts.toSorted(
    (a, b) => rank(a) - rank(b) || (a.clause.id < b.clause.id ? -1 : 1),
  );
  const rows = sorted.map(
    ({ title, clause, needs }) =>
      `| [${title}](#${anchor(title)}) | ${clause.level} | ${needs} | ${clause.loses} |`,
  );
  const table = ['| finding | level | needs | a user loses |', '|---|---|---|---|', ...rows];
  const must = parts.filter((part) => part.clause.level === 'MUST').length;
  const says = `\`tearproof check --kind ${kind} --store original\`: ${parts.length} findings, ${must} of them of a
MUST clause, the worst first.`;
  const texts = sorted.map((part) => part.text);
  return [`## ${kind}`, says, table.join('\n'), ...texts].join('\n\n');
}

/** The faults that a repro takes, in words. */
function needsOf(repro: Repro): string {
  const { errors = [], fault } = caseOf<unknown>(repro)!;
  const failing = errors.length > 0 ? ['a failing call'] : [];
  const words = { none: [], kill: ['a kill'], power: ['a power cut'], damage: ['damage'] };
  const nested = fault.is === 'nested' ? ['another fault while it recovers'] : [];
  const all = [...failing, ...words[repro.fault], ...nested];
  return all.length === 0 ? 'no fault' : all.join(', ');
}

const rank = ({ clause, anomaly }: Part): number =>
  (clause.level === 'MUST' ? 0 : 1000) + severity.indexOf(anomaly);

const titleOf = (file: string, { clause, anomaly }: Repro): string =>
  `${clause} ${anomaly}${file.includes(`${byPower}.repro`) ? ' by a power cut' : ''}`;

/** The anchor that a heading gets on code hosts. */
const anchor = (title: string): string => title.toLowerCase().replaceAll(' ', '-');

const heading = `# What the originals do

Generated by \`npx tsx scripts/dev/originals.ts\`; do not edit.

The stores that behave as the originals do, judged by the promises. Each finding is a history from
which nothing can be removed: without any one of its operations, or without its fault, the finding
is gone.`;

async function partOf(file: string, repro: Repro): Promise<Part> {
  const subject = await subjectOf(repro.kind, 'original', 'safe');
  const replayed = await replay(subject.trial, repro, 'made');
  const { clause } = replayed;
  const hit = hitOf(replayed, repro);
  if (hit === null) throw new Error(`${file} does not break ${repro.clause} any more`);
  const command = `npx tearproof replay ${file}`;
  const lines = await tellLines(subject.trial, { clause, hit, replay: command });
  const anomaly = repro.anomaly as Anomaly;
  const title = titleOf(file, repro);
  const text = [
    `### ${title}`,
    `${anomalyTexts[anomaly].says} A user loses: ${anomalyTexts[anomaly].loses}`,
    `\`\`\`text\n${lines.join('\n')}\n\`\`\``,
  ].join('\n\n');
  return { title, clause, anomaly, needs: needsOf(repro), text };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [what, only] = process.argv.slice(2);
  for (const { name } of withOriginal.filter((kind) => only === undefined || only === kind.name)) {
    if (what === 'find') await find(name);
    if (what === 'shrink') await shrinkAgain(name);
  }
  fs.writeFileSync(join(root, page), await originalsPage());
}
