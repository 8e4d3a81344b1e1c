import { expect, it } from 'vitest';
import { isHang, longer, noSilence, type Look } from './silence.ts';

/** Looks of a quarter of a second each, up to a hang; how many seconds that took. */
function secondsToHang(look: Omit<Look, 'wallMs'>, timeoutMs = 30_000): number {
  let silence = noSilence;
  for (let looks = 1; looks < 100_000; looks++) {
    silence = longer(silence, { ...look, wallMs: 250 });
    if (isHang(silence, timeoutMs)) return looks / 4;
  }
  return Number.POSITIVE_INFINITY;
}

it('calls a loop without end a hang, and what waits for ever', () => {
  expect(secondsToHang({ cpuMs: 250, workers: 1, busy: 1 })).toBe(30);
  expect(secondsToHang({ cpuMs: 500, workers: 2, busy: 1 })).toBe(30);
  expect(secondsToHang({ cpuMs: 0, workers: 1, busy: 0 })).toBe(30);
});

it('waits for a worker that a busy machine keeps from going on, but not for ever', () => {
  expect(secondsToHang({ cpuMs: 125, workers: 1, busy: 1 })).toBe(60);
  expect(secondsToHang({ cpuMs: 1, workers: 2, busy: 1 })).toBe(150);
});
