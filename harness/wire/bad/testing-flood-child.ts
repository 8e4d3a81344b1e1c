// Meets the drivers that flood, in a process of its own, and prints how much memory that took:
// `node --import tsx testing-flood-child.ts DIR`.
import { join } from 'node:path';
import { commandOf, runCase } from './testing-case.ts';
import { badDrivers } from './testing-zoo.ts';

const dir = process.argv[2] ?? '';
const patient = { startMs: 120_000, callMs: 120_000, endMs: 120_000 };
await runCase({ ...patient, command: commandOf('honest.mjs') }, join(dir, 'before'));
const beforeKiB = process.resourceUsage().maxRSS;
const told = [];
for (const { program } of badDrivers.filter((bad) => bad.program.startsWith('floods-'))) {
  const { fault, when, entries } = await runCase(
    { ...patient, command: commandOf(program) },
    join(dir, program),
  );
  told.push({ program, fault: fault?.fault ?? null, when, entries });
}
const peakKiB = process.resourceUsage().maxRSS;
console.log(JSON.stringify({ told, beforeKiB, peakKiB }));
