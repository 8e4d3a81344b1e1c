import { StoreError } from '../lib/error.ts';
import type { StoreEnv } from '../lib/fs.ts';
import { attempt, storeError } from '../lib/file-calls.ts';
import { Files } from './files.ts';
import { Scan } from './scan.ts';
import type { ScanOptions } from './scan.ts';
import type { Frame, Link, ReplayOptions } from './types.ts';

// The readers need no open log and never change a byte. A torn end of the last segment is no error
// for them: it may be an append that is under way.

/**
 * The frames of the whole log above a sequence, one by one; memory is that of one frame and a MiB.
 * Strict: throws where an open would refuse. Else it ends before the first problem, and passes over
 * frames that no replay applies by their type.
 */
export function* replayStream(
  env: StoreEnv,
  dir: string,
  options: ReplayOptions,
): Generator<Frame> {
  const { after, strict = true, chain = true } = options;
  const scan = beginScan(env, dir, { chain, skipsUnknown: !strict });
  try {
    while (scan.next()) if (scan.lastSeq > after) yield scan.frame();
  } catch (error) {
    throw storeError(error, true);
  } finally {
    // Whoever leaves early lets go of the file too.
    scan.close();
  }
  if (strict) requireReadable(scan);
}

/** The same as a list. */
export function replay(env: StoreEnv, dir: string, options: ReplayOptions): readonly Frame[] {
  const { after, strict = true, chain = true } = options;
  const scan = beginScan(env, dir, { chain, skipsUnknown: !strict });
  const found: Frame[] = [];
  readAll(scan, () => scan.lastSeq > after && found.push(scan.frame()));
  if (strict) requireReadable(scan);
  return found;
}

/** The frames of one segment, whatever their sequences and types. */
export function frames(env: StoreEnv, dir: string, segment: bigint): readonly Frame[] {
  const scan = beginScan(env, dir, { only: segment });
  const found: Frame[] = [];
  readAll(scan, () => found.push(scan.frame()));
  requireReadable(scan);
  if (scan.scanned.length > 0) return found;
  throw new StoreError('no_such_segment', `no segment has the number ${segment}`);
}

/** The links of the chain, each compared with the one before; a chain may begin anew. */
export function verify(env: StoreEnv, dir: string): readonly Link[] {
  const scan = beginScan(env, dir, {});
  readAll(scan, () => 0);
  requireReadable(scan);
  return scan.scanned.map(({ seq, prev, hash }) => ({ segment: seq, prev, hash }));
}

function beginScan(env: StoreEnv, dir: string, options: ScanOptions): Scan {
  const files = new Files(env.fs);
  return attempt(files, () => new Scan(files, dir, options));
}

function readAll(scan: Scan, each: () => unknown): void {
  try {
    while (scan.next()) each();
  } catch (error) {
    throw storeError(error, true);
  } finally {
    scan.close();
  }
}

function requireReadable({ problem }: Scan): void {
  if (problem === null || problem.is === 'torn') return;
  const { code, file, from, to } = problem;
  throw new StoreError(code, `${file}: bytes ${from} to ${to}`);
}
