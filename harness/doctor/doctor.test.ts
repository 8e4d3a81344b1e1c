import { describe, expect, it } from 'vitest';
import { diagnose } from './advise.ts';
import type { Probes } from './advise.ts';
import { probe } from './probe.ts';

const place = { fileSystem: 'tmpfs', freeBytes: 2 ** 32 };
const healthy: Probes = {
  platform: 'linux',
  node: '20.19.0',
  cores: 8,
  memoryBytes: 2 ** 34,
  trace: { ok: true, version: '6.1' },
  shm: place,
  temporary: { fileSystem: 'ext4', freeBytes: 1023 },
  python: '3.11.4',
  cargo: '1.85.0',
  apt: true,
};
const refused = { ok: false, why: 'Operation not permitted' } as const;

/** The reaches that work, and the things that are not as they should be. */
function summary(probes: Partial<Probes>) {
  const { reaches, found } = diagnose({ ...healthy, ...probes });
  return {
    works: reaches.filter(({ works }) => works).map(({ reach }) => reach),
    lacks: found.filter(({ ok }) => !ok).map(({ what }) => what),
  };
}

describe('diagnose', () => {
  const all = ['in process', 'images', 'traced'];
  it.each([
    ['nothing', {}, all, []],
    ['a new Node', { node: '23.0.1' }, all, []],
    ['an old Node', { node: '20.18.9' }, [], ['node']],
    ['no right to trace', { trace: refused }, ['in process', 'images'], ['strace']],
    ['no /dev/shm', { shm: null }, all, ['/dev/shm']],
    ['no /dev/shm where there never is one', { shm: null, platform: 'darwin' }, all, []],
    ['a small /dev/shm', { shm: { ...place, freeBytes: 1000 } }, all, ['/dev/shm']],
    ['no temporary folder', { temporary: null }, all, ['temporary folder']],
    [
      'no folder at all',
      { temporary: null, shm: null },
      ['in process'],
      ['/dev/shm', 'temporary folder'],
    ],
    ['no Python', { python: null }, all, ['python3']],
    ['no Rust', { cargo: null }, all, ['cargo']],
  ] as const)('with %s', (_, probes, works, lacks) => {
    expect(summary(probes)).toEqual({ works, lacks });
  });

  it('says why, and what to do', () => {
    const { reaches, found } = diagnose({ ...healthy, trace: refused });
    expect(reaches[2]?.why).toBe('Operation not permitted');
    expect(found.find(({ what }) => what === 'strace')?.means).toContain('apt-get install strace');
    expect(diagnose({ ...healthy, node: '18.0.0' }).reaches[2]?.why).toContain('images');
  });

  it('prints sizes that people read', () => {
    const has = (what: string) => diagnose(healthy).found.find((one) => one.what === what)?.has;
    expect(has('memory')).toBe('16.0 GiB');
    expect(has('temporary folder')).toBe('ext4, 1023 bytes free');
  });
});

describe('probe', () => {
  it('finds what the tests themselves run on', async () => {
    const probes = await probe();
    expect(probes.node).toBe(process.versions.node);
    expect(probes.temporary?.freeBytes).toBeGreaterThan(0);
    expect(probes.cores).toBeGreaterThan(0);
    expect(diagnose(probes).reaches[0]?.works).toBe(true);
    expect(diagnose(probes).reaches[1]?.works).toBe(true);
  }, 120_000);
});
