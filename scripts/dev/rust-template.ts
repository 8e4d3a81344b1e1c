// Builds what `tearproof init --lang rust` makes, as it is and with a log written in it, and tests
// its driver: `npx tsx scripts/dev/rust-template.ts`. Needs cargo, and its registry.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runLint } from '../../harness/lint/lint.ts';
import { init } from '../cli/init.ts';
import { repository } from './sources.ts';

const folder = mkdtempSync(join(tmpdir(), 'tearproof-rust-template-'));

/** What the checks of the driver came to: how many held, and which neither held nor apply. */
async function lint(name: string): Promise<{ held: number; others: readonly string[] }> {
  const manifest = join(folder, 'my-log/Cargo.toml');
  execFileSync('cargo', ['build', '--release', '--manifest-path', manifest], { stdio: 'inherit' });
  const scratch = join(folder, name);
  mkdirSync(scratch);
  const command = [join(folder, 'my-log/target/release/driver')];
  const times = { startMs: 60_000, callMs: 60_000, endMs: 60_000 };
  const report = await runLint({ command, ...times, maxLineBytes: 8_388_608 }, scratch);
  if (report.is !== 'linted') throw new Error(report.saw);
  const others = report.checks.flatMap(({ id, end }) => {
    if (end.is === 'held' || end.is === 'not_applicable') return [];
    return [`${id}: ${end.is}: ${end.is === 'failed' ? end.saw : end.why}`];
  });
  return { held: report.checks.filter(({ end }) => end.is === 'held').length, others };
}

try {
  init('rust', join(folder, 'my-log'));
  const begun = await lint('begun');
  const waiting = begun.others.filter((other) =>
    /not_tried: .*implement open in src\/store\.rs, line \d+/.test(other),
  );
  const written = join(repository, 'scripts/cli/testing-logs/store.rs');
  copyFileSync(written, join(folder, 'my-log/src/store.rs'));
  const done = await lint('written');
  process.stdout.write(
    `begun: ${begun.held} held, ${waiting.length} wait; written: ${done.held} held\n`,
  );
  const wrong = [...begun.others.filter((other) => !waiting.includes(other)), ...done.others];
  for (const one of wrong) process.stderr.write(`${one}\n`);
  if (wrong.length > 0 || waiting.length === 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
