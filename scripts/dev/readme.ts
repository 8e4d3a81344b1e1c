// The counterexample in README.md: `npx tsx scripts/dev/readme.ts` replays the repro that it is of,
// and writes it anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tellLines } from '../../harness/advise/tell.ts';
import { hitOf, replay } from '../../harness/replay.ts';
import { reproSchema } from '../../harness/repro.ts';
import { subjectOf } from '../../harness/subjects.ts';
import { block } from './pages/markdown.ts';
import { repository } from './sources.ts';

/** The repro that the README shows: what a planted bug loses in a power cut. */
export const shownRepro = 'fixtures/repros/v2-append-log-name-not-durable.repro.json';

const begin = '<!-- counterexample: npx tsx scripts/dev/readme.ts writes it -->';
const end = '<!-- end of counterexample -->';

/** The README with its counterexample as it is now told; throws where it has no place for it. */
export async function readmeWithCounterexample(readme: string): Promise<string> {
  const from = readme.indexOf(begin);
  const to = readme.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`README.md lacks ${begin} or ${end}`);
  const told = block((await shownLines()).join('\n'));
  return `${readme.slice(0, from)}${begin}\n\n${told}\n\n${readme.slice(to)}`;
}

async function shownLines(): Promise<readonly string[]> {
  const file = join(repository, shownRepro);
  const repro = reproSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const subject = await subjectOf(repro.kind, repro.made?.by ?? 'safe', repro.policy);
  const replayed = await replay(subject.trial, repro, 'made');
  const hit = hitOf(replayed, repro);
  if (hit === null) throw new Error(`${shownRepro} does not break ${repro.clause} any more`);
  const command = `npx tearproof replay ${shownRepro}`;
  return tellLines(subject.trial, { clause: replayed.clause, hit, replay: command });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = join(repository, 'README.md');
  writeFileSync(path, await readmeWithCounterexample(readFileSync(path, 'utf8')));
}
