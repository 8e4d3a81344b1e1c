// Completes package-lock.json: npm leaves a package for another platform out of it when the
// registry at hand does not have it, and `npm ci` then refuses everywhere. What is left out is
// pinned by its parent, so its entry is known but for the integrity. Usage: tsx scripts/dev/lock.ts
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { repository } from './sources.ts';

interface Entry {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The part of a lock file that is looked at. */
export interface Lock {
  readonly packages: Readonly<Record<string, Entry>>;
}

const platform =
  /(android|darwin|freebsd|linux|openharmony|win32)-(arm64|arm|ia32|ppc64|riscv64|s390x|x64)(?:-(\w+))?$/;

/** Entries of optional packages that the lock names but does not hold, by their place in it. */
export function missingEntries({ packages }: Lock): Readonly<Record<string, object>> {
  const missing: Record<string, object> = {};
  for (const [place, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const top = `node_modules/${name}`;
      if (top in packages || `${place}/node_modules/${name}` in packages) continue;
      missing[top] = { version, ...(entry.dev ? { dev: true } : {}), ...platformOf(name) };
    }
  }
  return missing;
}

function platformOf(name: string): object {
  const match = platform.exec(name);
  if (match === null) throw new Error(`${name} does not name its platform`);
  const [, os = '', cpu = '', abi = ''] = match;
  const libc = abi.startsWith('musl') ? 'musl' : 'glibc';
  const isLinux = os === 'linux' && abi !== '';
  return { optional: true, cpu: [cpu], os: [os], ...(isLinux ? { libc: [libc] } : {}) };
}

/** The lock with what is missing, in npm's order. */
export function completed(lock: Lock): Lock {
  const all = Object.entries({ ...lock.packages, ...missingEntries(lock) });
  all.sort(([a], [b]) => a.localeCompare(b, 'en'));
  return { ...lock, packages: Object.fromEntries(all) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = join(repository, 'package-lock.json');
  const lock = JSON.parse(readFileSync(file, 'utf8')) as Lock;
  writeFileSync(file, `${JSON.stringify(completed(lock), null, 2)}\n`);
}
