import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import { promisify } from 'node:util';
import { canTrace } from '../traced/support.ts';
import type { Place, Probes } from './advise.ts';

const run = promisify(execFile);
const waitMs = 30_000;

/** Asks this machine. Programs are only asked for their version; never rejects. */
export async function probe(): Promise<Probes> {
  const [trace, python, cargo, apt] = await Promise.all([
    canTrace(),
    versionOf('python3', /^Python (\S+)/),
    versionOf('cargo', /^cargo (\S+)/),
    versionOf('apt-get', /^apt (\S+)/),
  ]);
  return {
    platform: process.platform,
    node: process.versions.node,
    cores: os.availableParallelism(),
    memoryBytes: os.totalmem(),
    trace,
    shm: placeAt('/dev/shm'),
    temporary: placeAt(os.tmpdir()),
    python,
    cargo,
    apt: apt !== null,
  };
}

/** Null where the program is not there, fails, or says something else. */
async function versionOf(program: string, pattern: RegExp): Promise<string | null> {
  try {
    const { stdout } = await run(program, ['--version'], { timeout: waitMs });
    return pattern.exec(stdout)?.[1] ?? null;
  } catch {
    return null;
  }
}

// The numbers of statfs(2) on Linux.
const fileSystems: ReadonlyMap<number, string> = new Map([
  [0xef53, 'ext4'],
  [0x01021994, 'tmpfs'],
  [0x58465342, 'XFS'],
  [0x9123683e, 'Btrfs'],
  [0x794c7630, 'overlayfs'],
  [0x2fc12fc1, 'ZFS'],
  [0x6969, 'NFS'],
  [0x01021997, '9p'],
  [0x65735546, 'FUSE'],
]);

/** Null where nothing can be written there. */
function placeAt(dir: string): Place | null {
  try {
    fs.accessSync(dir, fs.constants.W_OK);
    const { type, bavail, bsize } = fs.statfsSync(dir);
    const known = process.platform === 'linux' ? fileSystems.get(type) : undefined;
    const fileSystem = known ?? `file system 0x${type.toString(16)}`;
    return { fileSystem, freeBytes: bavail * bsize };
  } catch {
    return null;
  }
}
