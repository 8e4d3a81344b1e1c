import { posix } from 'node:path';
import { describe as group, expect, it } from 'vitest';
import { differences, fileNode, type Image } from '../spec/lib/image.ts';
import {
  applyDamage,
  damageFromJson,
  damageNames,
  damageToJson,
  describe,
  plainer,
  randomDamage,
  whyNot,
  type Damage,
} from './damage.ts';
import { randomFrom } from './random.ts';

const text = (s: string): Uint8Array => new Uint8Array(Buffer.from(s));
const base: Image = new Map([
  ['segments', { is: 'dir' }],
  ['segments/0001.seg', fileNode(text('one\ntwo\nthree'))],
  ['segments/0002.seg', fileNode(text('four\n'))],
  ['index', fileNode(text('1\n2\n'))],
]);
const file = 'segments/0001.seg';
const after = (damage: Damage, path = file): string => {
  const node = applyDamage(base, damage).get(path);
  if (node === undefined) return 'gone';
  return node.is === 'file' ? Buffer.from(node.bytes).toString('latin1') : node.is;
};

/**
 * How far a damage is from the plainest of its sort: a number that every chain of plainer forms
 * brings down.
 */
function weight(damage: Damage): number {
  const bytes = 'bytes' in damage ? damage.bytes : new Uint8Array(0);
  const range = 'from' in damage ? damage.to - damage.from : 0;
  const gap = damage.do === 'swap lines' ? Math.abs(damage.line - damage.other) : 0;
  const length = bytes.length + range + gap;
  const at = 'at' in damage ? damage.at : 'from' in damage ? damage.from : 0;
  const line = 'line' in damage ? damage.line : 0;
  const rest = 'bit' in damage ? damage.bit : 0;
  const dressed = bytes.some((b) => b !== 0) || ('by' in damage && damage.by !== 'dir');
  return length * 1e9 + (dressed ? 1e8 : 0) + (at + line) * 10 + rest;
}

group('damage', () => {
  it('changes the bytes of a file as it says', () => {
    const table: readonly (readonly [Damage, string])[] = [
      [{ do: 'flip', file, at: 0, bit: 0 }, 'nne\ntwo\nthree'],
      [{ do: 'zeros', file, from: 1, to: 3 }, 'o\0\0\ntwo\nthree'],
      [{ do: 'ones', file, from: 1, to: 2 }, 'o\xffe\ntwo\nthree'],
      [{ do: 'cut', file, at: 5 }, 'one\nt'],
      [{ do: 'append', file, bytes: text('!') }, 'one\ntwo\nthree!'],
      [{ do: 'insert', file, at: 4, bytes: text('x') }, 'one\nxtwo\nthree'],
      [{ do: 'delete', file, from: 2, to: 5 }, 'onwo\nthree'],
      [{ do: 'duplicate', file, from: 0, to: 2 }, 'onone\ntwo\nthree'],
      [{ do: 'duplicate line', file, line: 1 }, 'one\ntwo\ntwo\nthree'],
      [{ do: 'delete line', file, line: 0 }, 'two\nthree'],
      [{ do: 'blank line', file, line: 2 }, 'one\ntwo\n\nthree'],
      [{ do: 'swap lines', file, line: 1, other: 0 }, 'two\none\nthree'],
      [{ do: 'swap lines', file, line: 0, other: 2 }, 'threetwo\none\n'],
      [{ do: 'crlf', file }, 'one\r\ntwo\r\nthree'],
      [{ do: 'bom', file }, '\xef\xbb\xbfone\ntwo\nthree'],
      [{ do: 'empty', file }, ''],
      [{ do: 'remove', file }, 'gone'],
      [{ do: 'stale', file, bytes: text('one\n') }, 'one\n'],
      [{ do: 'swap files', file, other: 'index' }, '1\n2\n'],
      [{ do: 'replace', file, by: 'fifo' }, 'other'],
      [{ do: 'replace', file, by: 'link', target: 'x' }, 'link'],
      [{ do: 'splice', file, from: 0, to: 3, bytes: text('1'), why: 'w' }, '1\ntwo\nthree'],
    ];
    for (const [damage, expected] of table) {
      expect(after(damage), describe(damage)).toBe(expected);
      expect(whyNot(base, damage)).toBeNull();
    }
    expect(new Set(table.map(([d]) => d.do)).size).toBe(damageNames.length - 3);
  });

  it('changes the tree as it says', () => {
    expect(after({ do: 'copy', file, as: 'segments/0003.seg' }, 'segments/0003.seg')).toMatch(
      /^one/,
    );
    expect(after({ do: 'foreign', file: 'a/b/c', bytes: text('x') }, 'a/b')).toBe('dir');
    expect(after({ do: 'resurrect', file: 'old', bytes: text('back') }, 'old')).toBe('back');
    const removed = applyDamage(base, { do: 'remove', file: 'segments' });
    expect([...removed.keys()]).toEqual(['index']);
    const replaced = applyDamage(base, {
      do: 'replace',
      file: 'segments',
      by: 'link',
      target: 'x',
    });
    expect([...replaced.keys()].toSorted()).toEqual(['index', 'segments']);
    expect(base.size).toBe(4);
  });

  it('does nothing, and says why, where there is nothing to damage', () => {
    const none: readonly Damage[] = [
      { do: 'flip', file, at: 13, bit: 1 },
      { do: 'flip', file: 'segments', at: 0, bit: 1 },
      { do: 'zeros', file, from: 13, to: 20 },
      { do: 'delete', file, from: -1, to: 2 },
      { do: 'cut', file, at: 13 },
      { do: 'insert', file, at: 1.5, bytes: text('x') },
      { do: 'append', file, bytes: text('') },
      { do: 'delete line', file, line: 3 },
      { do: 'swap lines', file, line: 1, other: 1 },
      { do: 'swap lines', file, line: 1, other: Number.NaN },
      { do: 'crlf', file: 'nowhere' },
      { do: 'remove', file: 'nowhere' },
      { do: 'copy', file, as: 'index' },
      { do: 'swap files', file, other: file },
      { do: 'foreign', file: 'index/below', bytes: text('x') },
      { do: 'resurrect', file, bytes: text('x') },
      { do: 'stale', file, bytes: text('one\ntwo\nthree') },
      { do: 'splice', file, from: 3, to: 2, bytes: text('x'), why: 'backwards' },
    ];
    for (const damage of none) {
      expect(applyDamage(base, damage), describe(damage)).toBe(base);
      expect(whyNot(base, damage), describe(damage)).toMatch(/\w/);
    }
  });

  it('cuts a terabyte without holding it', () => {
    const sparse: Image = new Map([['f', { is: 'file', bytes: text('abc'), size: 2 ** 40 }]]);
    const cut = applyDamage(sparse, { do: 'cut', file: 'f', at: 2 ** 39 });
    expect(cut.get('f')).toMatchObject({ size: 2 ** 39 });
    expect(whyNot(sparse, { do: 'bom', file: 'f' })).toBe('no such file');
  });

  it('is drawn the same for the same seed, always bites, and survives JSON', () => {
    const options = {
      earlier: [
        new Map([
          ['gone', fileNode(text('old'))],
          ['index', fileNode(text('1\n'))],
        ]) as Image,
      ],
      structural: () => [{ file, from: 0, to: 1, bytes: text('O'), why: 'a capital' }],
    };
    const tried = new Set<string>();
    for (let i = 0; i < 1500; i++) {
      const drawn = randomDamage(base, randomFrom('9').fork(`${i}`), options);
      expect(randomDamage(base, randomFrom('9').fork(`${i}`), options)).toEqual(drawn);
      expect(drawn.length).toBeGreaterThan(0);
      expect(drawn.length).toBeLessThanOrEqual(3);
      let image = base;
      for (const damage of drawn) {
        const next = applyDamage(image, damage);
        expect(differences(image, next), describe(damage)).not.toEqual([]);
        image = next;
        tried.add(damage.do);
        const json: unknown = JSON.parse(JSON.stringify(damageToJson(damage)));
        expect(damageFromJson(json)).toEqual(damage);
      }
    }
    expect(damageNames.filter((name) => !tried.has(name))).toEqual([]);
  });

  it('leaves files alone that weigh nothing', () => {
    for (let i = 0; i < 300; i++) {
      const random = randomFrom('10').fork(`${i}`);
      const [damage] = randomDamage(base, random, {
        most: 1,
        weigh: (p) => (p === 'index' ? 1 : 0),
      });
      if (damage!.do !== 'foreign') expect(damage!.file).toBe('index');
    }
    expect(randomDamage(new Map(), randomFrom('1')).every((d) => d.do === 'foreign')).toBe(true);
  });

  it('draws links from within a directory that lead to other files of the store', () => {
    const led = new Set<string>();
    for (let i = 0; i < 3000; i++) {
      for (const drawn of randomDamage(base, randomFrom('12').fork(`${i}`), { most: 1 })) {
        if (drawn.do !== 'replace' || drawn.by !== 'link') continue;
        const to = posix.join(posix.dirname(drawn.file), drawn.target);
        if (base.get(to)?.is === 'file' && to !== drawn.file) led.add(`${drawn.file} ${to}`);
      }
    }
    expect(led).toContain('segments/0001.seg segments/0002.seg');
    expect(led).toContain('segments/0001.seg index');
    expect(led).toContain('index segments/0001.seg');
  });

  it('has plainer forms, each smaller than what it came from', () => {
    let seen = 0;
    for (let i = 0; i < 1000; i++) {
      for (const drawn of randomDamage(base, randomFrom('11').fork(`${i}`))) {
        for (const one of plainer(drawn)) {
          expect(weight(one), JSON.stringify([drawn, one])).toBeLessThan(weight(drawn));
          expect(damageFromJson(damageToJson(one))).toEqual(one);
          seen++;
        }
      }
    }
    expect(seen).toBeGreaterThan(1000);
    expect(plainer({ do: 'append', file, bytes: text('ab') })).toEqual([
      { do: 'append', file, bytes: text('a') },
      { do: 'append', file, bytes: new Uint8Array(2) },
    ]);
  });

  it('refuses what is no damage', () => {
    const bad = [
      null,
      {},
      { do: 'burn', file: 'a' },
      { do: 'cut', file: 'a', at: '1' },
      { do: 'cut', file: 'a', at: 1, more: 1 },
      { do: 'replace', file: 'a', by: 'rock' },
    ];
    for (const json of bad) {
      expect(() => damageFromJson(json)).toThrow(expect.objectContaining({ code: 'bad_damage' }));
    }
  });
});
