import { once } from 'node:events';
import * as fs from 'node:fs';
import type { Writable } from 'node:stream';
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { kindNames, servedBy, storeNames, storesOf } from '../../harness/wire/kinds.ts';
import { serve } from '../../harness/wire/server.ts';
import { defaultMaxLineBytes } from '../../harness/wire/envelope.ts';
import { UsageError } from './lib/exit.ts';

interface DriverFlags {
  readonly kind: string;
  readonly store: 'original' | 'safe';
  readonly maxLine: number;
}

/** Adds `tearproof driver`. */
export function register(program: Command): void {
  program
    .command('driver')
    .description('serve one of our stores on stdin and stdout, one JSON object a line')
    .addOption(
      new Option('--kind <kind>', 'the store format').choices(kindNames).makeOptionMandatory(),
    )
    .addOption(new Option('--store <store>', 'which store').choices(storeNames).default('safe'))
    .option('--max-line <bytes>', 'the longest line to accept', positive, defaultMaxLineBytes)
    .action(async (flags: DriverFlags) => {
      await runDriver(flags);
    });
}

async function runDriver(flags: DriverFlags): Promise<void> {
  if (!storesOf(flags.kind).includes(flags.store)) {
    throw new UsageError(`the kind ${flags.kind} has no store ${flags.store}`);
  }
  const kind = servedBy(flags.kind, flags.store, fs);
  await serve({
    input: process.stdin,
    write: lineWriter(process.stdout),
    kinds: [kind],
    name: kind.claims.name,
    version: kind.claims.version,
    maxLineBytes: flags.maxLine,
    exit: () => process.kill(process.pid, 'SIGKILL'),
  });
  process.stdin.destroy();
}

/** Writes lines to a stream; resolves to false once the reader is gone, and never throws for it. */
function lineWriter(out: Writable): (line: string) => Promise<boolean> {
  let open = true;
  out.on('error', () => {
    open = false;
  });
  out.on('close', () => {
    open = false;
  });
  return async (line) => {
    if (!open) return false;
    if (!out.write(line))
      await Promise.race([once(out, 'drain'), once(out, 'close')]).catch(() => {});
    return open;
  };
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1024) {
    throw new InvalidArgumentError('a whole number of bytes, at least 1024.');
  }
  return value;
}
