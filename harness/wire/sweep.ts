import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeTree } from '../lib/remove-tree.ts';
import { isOrphaned, ownName } from './owner.ts';
import { killNow, markedProcesses } from './strays.ts';

// What a run that was killed could not take away itself.

/** Where syncs cost nothing, on most systems with Linux. */
export const memoryFolder = '/dev/shm';

/**
 * What the names of folders begin with that a run takes away again; the word of its owner follows.
 */
export const folderNames = { port: 'tearproof-port-', work: 'tearproof-work-' } as const;

/**
 * Ends every port that this process or one of its workers started, with all that those started, and
 * removes their temporary folders: what is left where a worker was terminated. Only after the last
 * port is done with.
 */
export function sweepPorts(): void {
  const own = `${ownName()}-`;
  for (const { pid, marker } of markedProcesses()) if (marker.startsWith(own)) killNow(pid);
  removeFolders([folderNames.port], (rest) => rest.startsWith(own));
}

/**
 * The same for runs of this machine whose process has gone without doing so itself, and their other
 * folders with them. What might be somebody's stays.
 */
export function sweepOrphans(): void {
  for (const { pid, marker } of markedProcesses()) if (isOrphaned(marker)) killNow(pid);
  removeFolders(Object.values(folderNames), isOrphaned);
}

/** Removes folders with such a beginning, and a rest of their names that is meant. */
function removeFolders(beginnings: readonly string[], isMeant: (rest: string) => boolean): void {
  for (const parent of new Set([tmpdir(), memoryFolder])) {
    for (const name of namesIn(parent)) {
      const beginning = beginnings.find((one) => name.startsWith(one));
      if (beginning === undefined || !isMeant(name.slice(beginning.length))) continue;
      const folder = join(parent, name);
      if (isOurs(folder)) removeIfWeCan(folder);
    }
  }
}

/**
 * Removes a folder that a port had its hands on. Never throws: nobody is served by a run that ends
 * for what it could not take away, and a later one tries again.
 */
export function removeIfWeCan(folder: string): void {
  try {
    removeTree(folder);
  } catch {
    // It is somebody else's by now, or the system holds it.
  }
}

/** A directory, not a link to one, that belongs to the user of this process. */
function isOurs(path: string): boolean {
  const stat = fs.lstatSync(path, { throwIfNoEntry: false });
  return stat !== undefined && stat.isDirectory() && stat.uid === process.getuid?.();
}

function namesIn(dir: string): readonly string[] {
  try {
    return fs.readdirSync(dir);
  } catch {
    return [];
  }
}
