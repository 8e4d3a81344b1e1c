import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const rust = join(import.meta.dirname, '../../ports/rust');
const targets = process.env['CARGO_TARGET_DIR'] ?? join(rust, 'target');
const hasCargo = spawnSync('cargo', ['--version']).status === 0;

/** The starter port in Rust, where it has been built. */
export const rustPort = join(targets, 'release/tearproof-port');

/** Why nothing can be asked of the starter port in Rust on this machine; null where it can. */
export const whyNoRust: string | null =
  hasCargo || existsSync(rustPort) ? null : 'there is neither cargo nor a binary of the port';

/** How long a first build may take, which compiles every crate. */
export const rustBuildMs = 900_000;

/** Builds the starter port in Rust, where there is cargo; a binary that is as new stays. */
export async function buildRust(): Promise<void> {
  const manifest = join(rust, 'Cargo.toml');
  const args = ['build', '--release', '--locked', '--quiet', '--manifest-path', manifest];
  if (hasCargo) await promisify(execFile)('cargo', args);
}
