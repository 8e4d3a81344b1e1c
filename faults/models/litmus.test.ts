import { describe, expect, it } from 'vitest';
import { models, modelNamed } from './index.ts';
import { counts } from './testing-counts.ts';
import { countOf, powerOfLitmus, programs, shown, statesOf } from './testing-litmus.ts';
import { mutantsOf } from './testing-mutants.ts';

const powers = new Map(Object.entries(programs).map(([name, p]) => [name, powerOfLitmus(p)]));

function states(program: string, model: string, when: 'all' | 'end' = 'all'): Set<string> {
  return new Set(statesOf(powers.get(program)!, modelNamed(model))[when]);
}

describe('the litmus programs of Ferrite', () => {
  it('append-chrome: 3 under seq, 7 under ext4, 4 without delayed allocation', () => {
    expect(states('append-chrome', 'seq').size).toBe(3);
    expect(states('append-chrome', 'ext4-ordered').size).toBe(7);
    expect(states('append-chrome', 'ext4-ordered-nodelalloc').size).toBe(4);
  });

  it('two-appends: 5 under seq', () => {
    expect(states('two-appends', 'seq').size).toBe(5);
  });

  it('replace: 4 under seq, and no empty file where the data is flushed before the rename', () => {
    expect(states('replace', 'seq').size).toBe(4);
    expect(states('replace', 'ext4-ordered')).not.toContain('a ');
    expect(states('replace', 'xfs')).toContain('a ');
    expect(states('replace', 'adversarial-512')).toContain('a ');
  });
});

describe('what a power cut can lose', () => {
  it('a create, though the file was synced, until its directory is', () => {
    const kept = ['a a\nb b'];
    expect([...states('lost create', 'ext4-ordered', 'end')]).toEqual(kept);
    expect(states('lost create', 'adversarial-512', 'end')).toEqual(new Set(['a a', ...kept]));
    expect(states('lost create', 'lying-fsync', 'end').size).toBe(3);
  });

  it('a rename, an unlink, a truncation', () => {
    for (const model of models.filter((m) => m.loses !== null && m.loses.rename.length === 0)) {
      expect(states('lost rename', model.name, 'end')).toEqual(new Set(['a a', 'b a']));
      expect(states('lost unlink', model.name, 'end')).toEqual(new Set(['', 'a a']));
      expect(states('lost truncate', model.name, 'end')).toEqual(new Set(['a a', 'a aaa']));
    }
    const torn = new Set(['a a', 'b a', 'a a\nb a', '']);
    expect(states('lost rename', 'ntfs', 'end')).toEqual(torn);
    expect(states('lost rename', 'adversarial', 'end')).toEqual(torn);
  });

  it('the data of an append whose size is kept, which leaves zeros', () => {
    const [old, zeros, all] = ['a aaa', 'a aaa\0\0', 'a aaabb'];
    expect(states('size before data', 'ext4-ordered')).toEqual(new Set([old, zeros, all]));
    expect(states('size before data', 'ext4-ordered-nodelalloc')).toEqual(new Set([old, all]));
  });

  it('the data of a new block, which leaves what an unlinked file held there', () => {
    const stale = [...states('new block after unlink', 'ext4-writeback')].filter((text) =>
      text.endsWith('ab'),
    );
    expect(stale).toHaveLength(1);
    expect(stale[0]).toMatch(/^a a+b$/);
  });

  it('a file synced after another without it, where a sync brings only its own file', () => {
    const later = 'two creates, the later synced';
    expect(states(later, 'btrfs', 'end')).toEqual(new Set(['b ', 'a \nb ']));
    expect(states(later, 'xfs', 'end')).toEqual(new Set(['a \nb ']));
  });

  it('never what a completed sync forced, and a directory until the one above it is synced', () => {
    const whole = 'd dir\nd/x ';
    const synced = 'a directory in a new directory, synced';
    expect([...states(synced, 'btrfs', 'end')]).toEqual([whole]);
    expect(states(synced, 'adversarial-512', 'end')).toEqual(new Set(['', whole]));
  });
});

describe('the gate', () => {
  it('counts the states of every program under every model', () => {
    expect(Object.keys(counts)).toEqual(Object.keys(programs));
    for (const [program, row] of Object.entries(counts)) {
      const found = models.map((model) => countOf(powers.get(program)!, model)).join(' ');
      expect(found, program).toBe(row);
    }
  });

  it('tells all models apart', () => {
    const columns = models.map((_, i) => Object.values(counts).map((row) => row.split(' ')[i]));
    expect(new Set(columns.map(String)).size).toBe(models.length);
  });

  it.each(models)('notices each rule of $name that is dropped, weakened or changed', (model) => {
    const at = models.indexOf(model);
    const mutants = mutantsOf(model);
    expect(mutants.length).toBeGreaterThan(model.loses === null ? 0 : 12);
    const known = [...powers].map(
      ([program, power]) => [power, counts[program]!.split(' ')[at]!] as const,
    );
    // Programs with few states first: most mutants need no other.
    const cost = (count: string): number => (count === '-' ? 1e9 : Number.parseInt(count));
    const cheap = known.toSorted((a, b) => cost(a[1]) - cost(b[1]));
    const unseen = mutants.filter(({ mutant }) =>
      cheap.every(([power, count]) => countOf(power, mutant) === count),
    );
    expect(unseen.map(({ say }) => say)).toEqual([]);
  });

  it('writes zeros out to the size of a file', () => {
    const file = { is: 'file', bytes: new Uint8Array([97]), size: 3 } as const;
    expect(shown(new Map([['f', file]]))).toBe('f a\0\0');
  });
});

describe('the models', () => {
  it('say where they are from, rank from benign to hostile, and gate where they are honest', () => {
    expect(models.map((m) => m.rank)).toEqual(models.map((_, i) => i));
    expect(models.filter((m) => m.honest).map((m) => m.name)).toEqual([
      'kill9', 'seq', 'ext4-journal', 'ext4-ordered-nodelalloc', 'ext4-ordered', 'xfs', 'btrfs',
      'adversarial-512',
    ]); // prettier-ignore
    expect(models.filter((m) => !m.honest).map((m) => m.name)).toEqual([
      'ext4-writeback', 'apfs', 'ntfs', 'adversarial', 'lying-fsync',
    ]); // prettier-ignore
    for (const { source, title } of models) {
      expect(source.length).toBeGreaterThan(20);
      expect(title).not.toBe('');
    }
    expect(() => modelNamed('fat')).toThrow(expect.objectContaining({ code: 'unknown_model' }));
  });
});
