import { describe, expect, it } from 'vitest';
import { booksIn, booksOf } from './books.ts';
import { checkpointText, eventLine, manifestText, schemas } from './encode.ts';
import { machine } from './machine.ts';
import type { Op } from './ops.ts';
import { changed, imageOf } from './testing.ts';

const at = '2026-01-01T00:00:00.000Z';
const event = {
  schema: schemas.event, migrationId: 'm', phase: 'copy', at, sourcePath: '', targetPath: '',
  sourceFormat: '', targetFormat: '', outcome: 'ok', errorClass: null, correlationId: '',
  verification: { entryCountMatch: true, hashChainMatch: true, indexConsistent: false },
}; // prettier-ignore

const ops: readonly Op[] = [
  { op: 'create', h: 'h', max: 1000n },
  { op: 'append', h: 'h', id: 'a', parent: null, type: 'message', payload: '1' },
  { op: 'checkpoint', h: 'h', seq: 7n, reason: 'because' },
  { op: 'ledgerAppend', h: 'h', event },
  { op: 'manifest', h: 'h', sessionId: 's', sourceFormat: 'f' },
];
const safe = machine('safe');
const { disk } = ops.reduce((state, op) => safe.next(state, op, at)[0]!.state, safe.start());
const ledger = 'migrations/ledger.jsonl';
const image = imageOf([
  ['checkpoints/0000000000000007.json', checkpointText(disk.checkpoints.get(7n)!)],
  [ledger, `${eventLine(event)}\n`],
  ['manifest.json', manifestText(disk.manifest!)],
]);

describe('the books of a session store', () => {
  it('are the same in the machine and in the files that it stands for', () => {
    const books = booksOf(disk);
    expect(books.map(({ name }) => name)).toEqual(['manifest', 'ledger', 'checkpoint 7']);
    expect(booksIn(image)).toEqual(new Map(books.map(({ name, digest }) => [name, digest])));
    expect(booksOf(safe.start().disk)).toEqual([]);
    expect(booksIn(imageOf([[ledger, '']])).size).toBe(0);
  });

  it('are told from others by each member', () => {
    const other = { ...disk.manifest!, updatedAt: '2026-01-01T00:00:00.001Z' };
    const moved = booksIn(changed(image, 'manifest.json', manifestText(other)));
    expect(moved.get('manifest')).not.toBe(booksIn(image).get('manifest'));
    const twice = booksIn(changed(image, ledger, `${eventLine(event)}\n`.repeat(2)));
    expect(twice.get('ledger')).not.toBe(booksIn(image).get('ledger'));
  });

  it('count an event without its line feed, and no half of one', () => {
    const line = eventLine(event);
    const digest = booksIn(image).get('ledger');
    expect(booksIn(changed(image, ledger, line)).get('ledger')).toBe(digest);
    const torn = `${line}\n${line.slice(0, 40)}`;
    expect(booksIn(changed(image, ledger, torn)).get('ledger')).toBe(digest);
  });

  it('are unreadable where no reader takes them', () => {
    const line = eventLine(event);
    expect(booksIn(changed(image, ledger, `{}\n${line}\n`)).get('ledger')).toBe(null);
    expect(booksIn(changed(image, 'manifest.json', '{')).get('manifest')).toBe(null);
  });
});
