// Plants one bug after the other in a copy of the starter port in Rust, and asks whether its own
// tests notice: `npx tsx scripts/dev/planted-rust.ts [ID ...]`, about two minutes. Needs cargo, and
// its registry. What it builds goes to CARGO_TARGET_DIR, or away afterwards.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bugsOf, portFolder, withBug, type PortBug } from '../../harness/wire/testing-bugs.ts';

const folder = mkdtempSync(join(tmpdir(), 'tearproof-planted-rust-'));
const port = join(folder, 'port');
const env = { CARGO_TARGET_DIR: join(folder, 'target'), ...process.env };

const succeeds = (...words: readonly string[]): boolean =>
  spawnSync('cargo', [...words], { cwd: port, env, stdio: 'ignore' }).status === 0;

/**
 * Whether tests of the copy fail that have `tests` in their path. Throws where it does not compile:
 * then nothing was asked.
 */
function isNoticed(id: string, tests: string): boolean {
  const words = ['test', '--locked', '--lib'];
  if (!succeeds(...words, '--no-run')) throw new Error(`${id}: does not compile`);
  return !succeeds(...words, tests);
}

function isBugNoticed(bug: PortBug): boolean {
  writeFileSync(join(port, bug.file), withBug('rust', bug));
  try {
    // A kind is tested in its folder; what all kinds share is tested by all of them.
    return isNoticed(bug.id, /src\/(\w+_\w+)\//.exec(bug.file)?.[1] ?? '');
  } finally {
    cpSync(join(portFolder('rust'), bug.file), join(port, bug.file));
  }
}

const wanted = process.argv.slice(2);
const bugs = bugsOf('rust').filter(({ id }) => wanted.length === 0 || wanted.includes(id));
if (bugs.length === 0) throw new Error(`no such bug: ${wanted.join(', ')}`);

try {
  const isKept = (path: string): boolean => path !== join(portFolder('rust'), 'target');
  cpSync(portFolder('rust'), port, { recursive: true, filter: isKept });
  if (isNoticed('as it is', '')) throw new Error('the tests fail without a bug');
  const missed = bugs.filter((bug) => {
    if (isBugNoticed(bug)) return false;
    process.stderr.write(`not noticed: ${bug.id}: ${bug.says} (${bug.file})\n`);
    return true;
  });
  process.stdout.write(`${bugs.length - missed.length} of ${bugs.length} planted bugs noticed\n`);
  if (missed.length > 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
