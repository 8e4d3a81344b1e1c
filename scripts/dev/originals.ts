// What the original stores do to people's data, judged by the promises. `npx tsx
// scripts/dev/originals.ts find` looks for it (minutes) and keeps each finding as a repro in
// fixtures/session-store-v2/originals/, `shrink` shrinks those again, and each writes
// docs/originals.md from them, as it does with neither.
import * as fs from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tellLines } from '../../harness/advise/tell.ts';
import { checkKind, reproOf } from '../../harness/check.ts';
import { depths } from '../../harness/depth.ts';
import { hitOf, replay } from '../../harness/replay.ts';
import { caseOf, reproSchema, type Repro } from '../../harness/repro.ts';
import { shrink } from '../../harness/shrink.ts';
import { subjectOf } from '../../harness/subjects.ts';
import { anomalyTexts } from '../../spec/lib/anomalies.ts';
import type { Anomaly, Clause } from '../../spec/lib/clause.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = 'fixtures/session-store-v2/originals';
const page = 'docs/originals.md';
const kind = 'session-store-v2';
const seed = '20260101';
const histories = 16;

/** Clauses of agreement: that the original is itself is no finding. */
const agreement = /^SSV2-(OPS|ERR|OPEN)-/;

/** From the worst: data that is gone, data that is false, stores that stop, and the rest. */
const severity: readonly Anomaly[] = [
  'lost_durable', 'lost_acked', 'phantom', 'resurrected', 'corrupt_accepted', 'gap', 'reordered', 'duplicate',
  'torn_visible', 'not_atomic', 'unopenable', 'continuation_broken', 'died', 'hang', 'chain_broken',
  'destroyed_evidence', 'silent_repair', 'not_idempotent', 'readers_disagree', 'wrong_error', 'side_effect',
  'allocation_unbounded',
]; // prettier-ignore

/** The kept repros, in the order of their file names. */
export function keptRepros(): readonly { readonly file: string; readonly repro: Repro }[] {
  const files = fs.readdirSync(join(root, folder)).filter((name) => name.endsWith('.repro.json'));
  return files.toSorted().map((name) => {
    const text = fs.readFileSync(join(root, folder, name), 'utf8');
    return { file: `${folder}/${name}`, repro: reproSchema.parse(JSON.parse(text)) };
  });
}

/** Looks for findings and keeps them; earlier ones are removed. The same seed finds the same. */
async function find(): Promise<void> {
  const subject = await subjectOf(kind, 'original', 'safe');
  const clauses = subject.trial.kind.clauses.filter((clause) => !agreement.test(clause.id));
  const trial = { ...subject.trial, kind: { ...subject.trial.kind, clauses } };
  for (const { file } of keptRepros()) fs.rmSync(join(root, file));
  const keep = (repro: Repro): string => {
    const name = `${repro.clause}-${repro.anomaly}.repro.json`;
    fs.writeFileSync(join(root, folder, name), `${JSON.stringify(repro, null, 2)}\n`);
    return name;
  };
  const depth = { ...depths.quick, histories };
  for await (const event of checkKind({ trial, by: 'original' }, { seed, depth, keep })) {
    if (event.is === 'finding') process.stderr.write(`${event.clause} ${event.anomaly}\n`);
  }
}

/** Shrinks the kept repros again, after the shrinker became better. */
async function shrinkAgain(): Promise<void> {
  const subject = await subjectOf(kind, 'original', 'safe');
  for (const { file, repro } of keptRepros()) {
    const clause = subject.trial.kind.clauses.find((one) => one.id === repro.clause)!;
    const target = { clause, anomaly: repro.anomaly as Anomaly };
    const hit = await shrink(subject.trial, caseOf<unknown>(repro)!, target);
    if (hit === null) throw new Error(`${file} does not break ${repro.clause} any more`);
    const smaller = reproOf(subject, clause.id, hit, repro.seed);
    fs.writeFileSync(join(root, file), `${JSON.stringify(smaller, null, 2)}\n`);
  }
}

interface Part {
  readonly clause: Clause;
  readonly anomaly: Anomaly;
  readonly fault: Repro['fault'];
  readonly text: string;
}

/** The page as text: a pure function of the kept repros, each of them replayed. */
export async function originalsPage(): Promise<string> {
  const parts: Part[] = [];
  for (const { file, repro } of keptRepros()) parts.push(await partOf(file, repro));
  const sorted = parts.toSorted(
    (a, b) => rank(a) - rank(b) || (a.clause.id < b.clause.id ? -1 : 1),
  );
  const rows = sorted.map(({ clause, anomaly, fault }) => {
    const title = titleOf(clause, anomaly);
    const needs = { none: 'no fault', kill: 'a kill', power: 'a power cut', damage: 'damage' }[
      fault
    ];
    return `| [${title}](#${anchor(title)}) | ${clause.level} | ${needs} | ${clause.loses} |`;
  });
  const table = ['| finding | level | needs | a user loses |', '|---|---|---|---|', ...rows];
  return `${[heading(sorted), table.join('\n'), ...sorted.map((part) => part.text)].join('\n\n')}\n`;
}

const rank = ({ clause, anomaly }: Part): number =>
  (clause.level === 'MUST' ? 0 : 1000) + severity.indexOf(anomaly);

const titleOf = (clause: Clause, anomaly: string): string => `${clause.id} ${anomaly}`;

/** The anchor that a heading gets on code hosts. */
const anchor = (title: string): string => title.toLowerCase().replaceAll(' ', '-');

function heading(parts: readonly Part[]): string {
  const must = parts.filter((part) => part.clause.level === 'MUST').length;
  return `# What the originals do

Generated by \`npx tsx scripts/dev/originals.ts\`; do not edit.

The store that behaves as the original of \`${kind}\` does, judged by the promises
(\`tearproof check --kind ${kind} --store original\`): ${parts.length} findings, ${must} of them of a MUST
clause, the worst first. Each is a history from which nothing can be removed: without any one of
its operations, or without its fault, the finding is gone.`;
}

async function partOf(file: string, repro: Repro): Promise<Part> {
  const subject = await subjectOf(repro.kind, 'original', 'safe');
  const replayed = await replay(subject.trial, repro, 'made');
  const { clause } = replayed;
  const hit = hitOf(replayed, repro);
  if (hit === null) throw new Error(`${file} does not break ${repro.clause} any more`);
  const command = `npx tearproof replay ${file}`;
  const lines = await tellLines(subject.trial, { clause, hit, replay: command });
  const anomaly = repro.anomaly as Anomaly;
  const text = [
    `## ${titleOf(clause, anomaly)}`,
    `${anomalyTexts[anomaly].says} A user loses: ${anomalyTexts[anomaly].loses}`,
    `\`\`\`text\n${lines.join('\n')}\n\`\`\``,
  ].join('\n\n');
  return { clause, anomaly, fault: repro.fault, text };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv[2] === 'find') await find();
  if (process.argv[2] === 'shrink') await shrinkAgain();
  fs.writeFileSync(join(root, page), await originalsPage());
}
