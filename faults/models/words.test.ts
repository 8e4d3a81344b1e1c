import { describe, expect, it } from 'vitest';
import { modelNamed, models } from './index.ts';
import { mutantsOf } from './testing-mutants.ts';
import { modelWords } from './words.ts';

describe('a model in words', () => {
  it('says all of its rules: two models that differ in a rule differ in words', () => {
    for (const model of models) {
      const own = JSON.stringify(modelWords(model));
      const same = mutantsOf(model).filter(
        ({ mutant }) => JSON.stringify(modelWords(mutant)) === own,
      );
      expect(
        same.map(({ say }) => say),
        model.name,
      ).toEqual([]);
    }
  });

  it('says what a sync forces, brings, and where it is a lie', () => {
    expect(modelWords(modelNamed('adversarial-512')).syncFile).toBe('its data and its length');
    expect(modelWords(modelNamed('btrfs')).syncFile).toContain('directories above');
    expect(modelWords(modelNamed('xfs')).syncFile).toContain('all that is to be before');
    expect(modelWords(modelNamed('ntfs')).syncDir).toBe('nothing');
    expect(modelWords(modelNamed('lying-fsync')).syncDir).toContain('answers success');
    expect(modelWords(modelNamed('kill9')).leaves).toContain('nothing is lost');
  });

  it('says what stands in the place of a lost write, and how a rename is torn', () => {
    expect(modelWords(modelNamed('ext4-writeback')).leaves).toContain('in new blocks also stale');
    expect(modelWords(modelNamed('adversarial')).leaves).toContain('torn at any byte');
    expect(modelWords(modelNamed('seq')).rename).toBe('atomic');
    expect(modelWords(modelNamed('ntfs')).rename).toBe('may leave both names or neither');
  });
});
