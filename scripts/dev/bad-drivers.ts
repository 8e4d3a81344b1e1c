// Runs the compiled `check` on every driver that is wrong in one way, as a port author would, and
// says where the verdict is not what it must be: `npx tsx scripts/dev/bad-drivers.ts [main.js]
// [PROGRAM...]` after a build. About two minutes.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandOf } from '../../harness/wire/bad/testing-case.ts';
import { badDrivers } from '../../harness/wire/bad/testing-zoo.ts';
import type { BadDriver } from '../../harness/wire/bad/testing-zoo.ts';
import { memoryFolder } from '../../harness/wire/sweep.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tearproof-bad-drivers-'));
const words = process.argv.slice(2);
const asked = words.filter((word) => !word.endsWith('main.js'));
const built = join(import.meta.dirname, '../../dist/scripts/cli/main.js');
const main = words.find((word) => word.endsWith('main.js')) ?? built;
const runs = new Set<number>();
let wrong = 0;
for (const bad of badDrivers) {
  if (asked.length > 0 && !asked.includes(bad.program)) continue;
  const saw = verdictOf(bad);
  const says = saw.some((name) => expected(bad).includes(name)) ? 'ok  ' : 'FAIL';
  if (says === 'FAIL') wrong++;
  console.log(`${says} ${bad.program}: ${saw.join(', ')}; wanted: ${expected(bad).join(' or ')}`);
}
const left = [tmpdir(), memoryFolder].flatMap(leftIn);
console.log(`${wrong} wrong verdicts; left behind: ${left.join(', ') || 'nothing'}`);
rmSync(scratch, { recursive: true, force: true });
process.exitCode = wrong + left.length === 0 ? 0 : 1;

/** Folders that name one of these runs as their owner. */
function leftIn(dir: string): readonly string[] {
  const names = existsSync(dir) ? readdirSync(dir) : [];
  return names.filter((name) => [...runs].some((pid) => name.includes(`-${pid}-`)));
}

/** What the run must say, one of these: its exit code, or a fault or an anomaly by name. */
function expected({ program, fault, when }: BadDriver): readonly string[] {
  if (when === 'start') return ['exit 3'];
  if (program === 'writes-outside.mjs') return ['anomaly side_effect'];
  // Too few histories for a verdict, and nothing against the port.
  if (fault === null) return ['exit 0', 'exit 5'];
  const isInWalk = when === 'call' && (fault === 'died' || fault === 'hang');
  return isInWalk ? [fault, `anomaly ${fault}`] : [fault];
}

function verdictOf({ program }: BadDriver): readonly string[] {
  const out = join(scratch, program);
  const factor = /^(hangs|half-line|closes|stays|unflushed)/.test(program) ? '0.1' : '3';
  const flags = ['--kind', 'append-log', '--histories', '1', '-j', '1', '--out', out];
  const args = ['check', ...flags, '--timeout-factor', factor, '--', ...commandOf(program)];
  const ran = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', timeout: 300_000 });
  runs.add(ran.pid);
  const names = new Set([ran.status === null ? 'not ended' : `exit ${ran.status}`]);
  for (const line of linesOf(join(out, 'events.jsonl'))) {
    const event: Readonly<Record<string, unknown>> = JSON.parse(line);
    if (event['is'] === 'port' && typeof event['fault'] === 'string') names.add(event['fault']);
    const { anomaly } = event;
    if (event['is'] === 'finding' && typeof anomaly === 'string') names.add(`anomaly ${anomaly}`);
  }
  return [...names];
}

function linesOf(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
}
