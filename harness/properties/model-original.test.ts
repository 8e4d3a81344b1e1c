import { expect, it } from 'vitest';
import { sessionModel } from './testing-model-session.ts';
import { modelProperty, modelText } from './testing-model.ts';

const plan = { seed: '20003', histories: 10_000, operations: 20 };
const subject = sessionModel('original');

/** Every refusal that a store without damage can come to, by the machine. */
const codes = [
  'checkpoint-not-found', 'entry-id-duplicate', 'json', 'max-segment-bytes-zero', 'no-handle', 'not_supported', 'parent-cycle',
  'parent-missing', 'path-cycle', 'path-id-duplicate', 'path-parent-missing', 'rollback-unverified',
] as const; // prettier-ignore

it('original answers what its machine allows, on every operation of 10,000 histories', async () => {
  const tally = await modelProperty(subject, plan);
  console.log(modelText(subject, plan, tally));
  expect(tally.strays.slice(0, 5)).toEqual([]);
  expect(tally.histories).toBe(plan.histories);
  expect(subject.ops.filter((op) => (tally.ops.get(op) ?? 0) === 0)).toEqual([]);
  expect(codes.filter((code) => (tally.codes.get(code) ?? 0) === 0)).toEqual([]);
  expect([...tally.codes.keys()].toSorted()).toEqual([...codes]);
});
