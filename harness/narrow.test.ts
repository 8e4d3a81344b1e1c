import { describe, expect, it } from 'vitest';
import { fileNode } from '../spec/lib/image.ts';
import { depths } from './depth.ts';
import { faultClasses, rungsOf } from './fault-classes.ts';
import { narrow, wanted } from './narrow.ts';
import { rungs, type Rung } from './rungs.ts';

const { quick } = depths;
const image = new Map();

describe('a depth that is narrowed', () => {
  it('tries the rungs that are named, also those that the depth has not', () => {
    expect(quick.power.rungs).not.toContain('closed subsets');
    const narrowed = narrow(quick, { rungs: ['closed subsets', 'one lost'] });
    expect(narrowed.power.rungs).toEqual(['one lost', 'closed subsets']);
    expect(rungsOf(narrowed)).toEqual(['none', 'one lost', 'closed subsets']);
    expect(narrowed.power.walked).toBe(quick.power.walked);
  });

  it('makes no fault of a rung that is not named, and expects none', () => {
    const narrowed = narrow(quick, { rungs: ['damage at rest'] });
    const planned = rungs.map((rung) => ({ rung }));
    expect([...wanted(narrowed, planned)].map((one) => one.rung)).toEqual([
      'none',
      'damage at rest',
    ]);
    const classes = faultClasses({}, narrowed, { image, earlier: [] });
    expect(classes.length).toBeGreaterThan(5);
    expect(classes.every((name) => name.startsWith('damage: '))).toBe(true);
  });

  it('keeps the kills that faults inside recovery begin with', () => {
    expect(rungsOf(narrow(quick, { rungs: ['nested'] }))).toEqual([
      'none',
      'all prefixes',
      'nested',
    ]);
  });

  it('cuts power under the models that are named only; kills need none', () => {
    const narrowed = narrow(quick, { models: ['kill9', 'xfs'] });
    expect([narrowed.power.models, narrowed.nested.models]).toEqual([['xfs'], ['xfs']]);
    const kills = narrow(quick, { models: ['kill9'] });
    expect(rungsOf(kills)).toEqual([
      'none', 'all prefixes', 'nested', 'error sweep', 'damage at rest',
    ] satisfies Rung[]); // prettier-ignore
    const classes = faultClasses({}, kills, { image, earlier: [] });
    expect(classes).toContain('nested kill');
    expect(classes).not.toContain('nested power cut');
    expect(classes).not.toContain('power cut');
  });
});

it('expects every rung of a depth to be met, damage as the store allows', () => {
  const all = faultClasses({}, quick, { image, earlier: [] });
  expect(all).toEqual(expect.arrayContaining(['kill between calls', 'power cut', 'nested kill']));
  expect(all).not.toContain('damage: splice');
  expect(all).not.toContain('damage: swap files');
  expect(all).not.toContain('damage: resurrect');
  const earlier = [new Map([['gone', fileNode(new Uint8Array(1))]])];
  expect(faultClasses({}, quick, { image, earlier })).toContain('damage: resurrect');
  const able = faultClasses({ structuralDamage: () => [] }, quick, { image, earlier: [] });
  expect(able).toContain('damage: splice');
});
