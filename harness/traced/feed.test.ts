import { describe, expect, it } from 'vitest';
import { traceImport } from '../../faults/strace/import.ts';
import { processesOf } from '../../faults/strace/processes.ts';
import { feedOf, type Feed } from './feed.ts';
import type { Tail } from './tail.ts';

const answer = (id: number): string =>
  `{\\"jsonrpc\\":\\"2.0\\",\\"id\\":${id},\\"result\\":{}}\\n`;
const said = (link: string, text: string): string =>
  `7 write(3<${link}>, "${text}", ${text.replaceAll(/\\./g, '.').length}) = ${text.replaceAll(/\\./g, '.').length}`;
const write = (at: number): string => `7 pwrite64(4</w/s/f>, "x", 1, ${at}) = 1`;

/** A file that is written to in pieces. */
function tailOf(...pieces: (readonly string[])[]): Tail {
  return { lines: () => pieces.shift() ?? [], bytes: 0, close: () => {} };
}

function feedFor(): { readonly feed: Feed; readonly store: ReturnType<typeof traceImport> } {
  const processes = processesOf('/w', new Map());
  const feed = feedOf(processes);
  const store = traceImport({
    root: '/w/s',
    near: '/w',
    base: new Map(),
    procOf: (tid) => processes.of(tid),
  });
  feed.tell(store);
  return { feed, store };
}

describe('a feed', () => {
  it('stops at the answer that is waited for: what comes behind it is behind the promise', () => {
    const { feed, store } = feedFor();
    const open = '7 openat(AT_FDCWD</w>, "s/f", O_RDWR|O_CREAT, 0600) = 4</w/s/f>';
    const tail = tailOf(
      [said('pipe:[1]', answer(0))],
      [open, write(0), said('pipe:[1]', answer(1)), write(1)],
      [said('pipe:[1]', answer(2))],
    );
    feed.pump(tail);
    feed.settle({});
    feed.pump(tail, 1);
    store.ack(0);
    expect(store.log.events.map((e) => (e.is === 'ack' ? 'ack' : e.call.do))).toEqual([
      'name',
      'write',
      'ack',
    ]);
    feed.pump(tail, 2);
    expect(store.log.events.map((e) => (e.is === 'ack' ? 'ack' : e.call.do))).toEqual([
      'name',
      'write',
      'ack',
      'write',
    ]);
    expect(feed.answers).toBe(2);
  });

  it('hears answers in pieces, and neither notifications nor what is written to files', () => {
    const { feed } = feedFor();
    feed.pump(tailOf([said('socket:[5]', answer(0))]));
    feed.settle({});
    const note = '{\\"jsonrpc\\":\\"2.0\\",\\"method\\":\\"log\\",\\"params\\":{}}\\n';
    const [a, b] = [answer(1).slice(0, 20), answer(1).slice(20)];
    feed.pump(tailOf([said('socket:[5]', note), said('/w/s/f', answer(9)), said('socket:[5]', a)]));
    expect(feed.answers).toBe(0);
    feed.pump(tailOf([said('socket:[5]', b + answer(2))]));
    expect(feed.answers).toBe(2);
  });

  const pipe = 'pipe:[1]';
  const outer = 'socket:[5]';
  const passed = (id: number): string[] => [said(pipe, answer(id)), said(outer, answer(id))];
  /** How many answers are heard where two pings went so before it is known what stdout is. */
  const heardBehind = (
    pings: readonly string[],
    known: Parameters<Feed['settle']>[0],
  ): number | null => {
    const { feed } = feedFor();
    feed.pump(tailOf(pings));
    if (!feed.settle(known)) return null;
    feed.pump(tailOf([...passed(3), ...passed(4), said(outer, answer(5))]));
    return feed.answers;
  };

  it('hears an answer once that a wrapper passes on', () => {
    expect(heardBehind([...passed(1), ...passed(2)], {})).toBe(3);
    // Detached before it was seen that the second was passed on.
    expect(heardBehind([...passed(1), said(pipe, answer(2))], { stderr: 'pipe:[2]' })).toBe(3);
  });

  it('knows stdout from what else an answer is written to', () => {
    const logged = [said(outer, answer(1)), said(pipe, answer(1)), said(outer, answer(2))];
    expect(heardBehind(logged, { stderr: pipe })).toBe(3);
    expect(heardBehind(logged, { stdout: outer })).toBe(3);
    expect(heardBehind([], { stdout: outer })).toBeNull();
  });

  it('takes no call that is handed on for an answer', () => {
    const call = `{\\"jsonrpc\\":\\"2.0\\",\\"id\\":1,\\"method\\":\\"ping\\",\\"params\\":{}}\\n`;
    expect(heardBehind([said(pipe, call), said(outer, answer(1))], {})).toBe(3);
  });
});
