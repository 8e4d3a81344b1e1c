import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { completed, missingEntries, type Lock } from './lock.ts';
import { repository } from './sources.ts';

describe('the lock file', () => {
  it('holds every package that it names, so that `npm ci` works everywhere', () => {
    const lock = JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')) as Lock;
    expect(Object.keys(lock.packages).length).toBeGreaterThan(100);
    expect(missingEntries(lock)).toEqual({});
  });

  it('is completed with what a registry did not have', () => {
    const lock: Lock = {
      packages: {
        '': {},
        'node_modules/tool': {
          version: '1.0.0',
          dev: true,
          optionalDependencies: { '@tool/linux-x64-musl': '1.0.0', '@tool/darwin-arm64': '1.0.0' },
        },
      },
    };
    const shared = { version: '1.0.0', dev: true, optional: true };
    expect(missingEntries(lock)).toEqual({
      'node_modules/@tool/linux-x64-musl': {
        ...shared,
        cpu: ['x64'],
        os: ['linux'],
        libc: ['musl'],
      },
      'node_modules/@tool/darwin-arm64': { ...shared, cpu: ['arm64'], os: ['darwin'] },
    });
    expect(Object.keys(completed(lock).packages)).toEqual([
      '',
      'node_modules/@tool/darwin-arm64',
      'node_modules/@tool/linux-x64-musl',
      'node_modules/tool',
    ]);
    expect(missingEntries(completed(lock))).toEqual({});
  });
});
