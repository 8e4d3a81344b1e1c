import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blameOf, faultNames } from '../fault.ts';
import { ownName } from '../owner.ts';
import { statOf } from '../proc.ts';
import { markedProcesses } from '../strays.ts';
import { folderNames } from '../sweep.ts';
import { commandOf, runCase } from './testing-case.ts';
import { badDrivers } from './testing-zoo.ts';

let scratch = '';
beforeAll(() => {
  scratch = fs.mkdtempSync(join(tmpdir(), 'tearproof-bad-'));
});
afterAll(() => fs.rmSync(scratch, { recursive: true }));

// A time that runs out ends a case only where the driver never answers.
const patient = { startMs: 60_000, callMs: 60_000, endMs: 60_000, maxLineBytes: 1_048_576 };
const impatient = { ...patient, callMs: 1500 };
const silent = new Set(['hangs.mjs', 'half-line.mjs', 'closes-stdin.mjs']);

/** After these another case is run, one of each kind of end. */
const andOn = new Set(['dies-mid-write.mjs', 'hangs.mjs', 'closes-stdout.mjs', 'stays.mjs']);

function optionsFor(program: string) {
  const command = commandOf(program);
  if (program === 'hangs-at-start.mjs' || program === 'unflushed.py') {
    return { ...patient, command, startMs: 1500 };
  }
  if (program.startsWith('stays')) return { ...patient, command, endMs: 300 };
  return { ...(silent.has(program) ? impatient : patient), command };
}

/** What a process of ours left: processes that carry our marker, and temporary folders of ports. */
function leftovers(): readonly string[] {
  const mine = `${ownName()}-${threadId}-`;
  const processes = markedProcesses().filter(({ marker }) => marker.startsWith(mine));
  const names = processes.map(({ pid }) => `process ${statOf(pid)?.name}`);
  const begin = `${folderNames.port}${mine}`;
  return [...names, ...fs.readdirSync(tmpdir()).filter((name) => name.startsWith(begin))];
}

/** The numbers of those that a message names and that run on. */
function runningIn(message: string): readonly string[] {
  const named = [...message.matchAll(/\((\d+)[,)]/g)].map(([, pid = '']) => pid);
  return named.filter((pid) => !['Z', 'X', undefined].includes(statOf(Number(pid))?.state));
}

describe('a bad driver', { timeout: 240_000 }, () => {
  const floods = badDrivers.filter(({ program }) => program.startsWith('floods-'));
  const others = badDrivers.filter((bad) => !floods.includes(bad));

  it('that floods takes no memory', () => {
    const child = join(import.meta.dirname, 'testing-flood-child.ts');
    const ran = spawnSync(process.execPath, ['--import', 'tsx', child, scratch], {
      encoding: 'utf8',
    });
    const { told, beforeKiB, peakKiB } = JSON.parse(ran.stdout);
    expect(told).toEqual(
      floods.map(({ program, fault, when }) => ({
        program, fault, when, entries: when === 'end' ? 2 : null,
      })), // prettier-ignore
    );
    // A line of 8 MiB is held in parts and then whole; a gigabyte would be 1,048,576 KiB more.
    console.info(`floods: ${beforeKiB} KiB before, at most ${peakKiB} KiB`);
    expect(peakKiB - beforeKiB).toBeLessThan(160 * 1024);
  });

  it.each(others)('$program: $fault at $when', async ({ program, fault, when, says }) => {
    const dir = join(scratch, program);
    const told = await runCase(optionsFor(program), dir);
    expect({ fault: told.fault?.fault ?? null, when: told.when }).toEqual({ fault, when });
    if (says !== undefined) expect(told.fault?.message).toMatch(says);
    // No terminal is given what a port says as it says it.
    expect(told.fault?.message ?? '').toMatch(/^[ -~]*$/);
    if (when === 'end') expect(told.entries).toBe(2);
    if (program === 'dies-mid-write.mjs') {
      expect(fs.readFileSync(join(dir, 'log'), 'latin1')).toBe('YW');
    }
    if (told.fault !== null) expect(blameOf(told.fault).blame).toBe('port');
    if (process.platform === 'linux') expect(leftovers()).toEqual([]);
    if (told.fault?.fault === 'orphan') expect(runningIn(told.fault.message)).toEqual([]);
    if (!andOn.has(program)) return;
    // The next case begins with another process on the same directory, and is none the worse.
    const next = await runCase({ ...patient, command: commandOf('honest.mjs') }, dir);
    expect({ fault: next.fault, when: next.when }).toEqual({ fault: null, when: 'end' });
  });

  it('is there for every fault that the wire can tell', () => {
    const shown = new Set(badDrivers.map(({ fault }) => fault));
    expect(faultNames.filter((name) => name !== 'closed' && !shown.has(name))).toEqual([]);
  });

  it('is listed where it stands', () => {
    const files = fs.readdirSync(import.meta.dirname).filter((name) => /\.(mjs|py)$/.test(name));
    const listed = badDrivers.map(({ program }) => program);
    expect(files.filter((name) => name !== 'port.mjs' && !listed.includes(name))).toEqual([]);
  });

  it('has polluted no object', () => {
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect('polluted' in {}).toBe(false);
  });
});
