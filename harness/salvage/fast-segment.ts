import * as fs from 'node:fs';
import { join } from 'node:path';
import { decodeEntry, frameBytes, headerOf } from '../../spec/fast-segment/bytes.ts';
import { headerBytes, pathOf } from '../../spec/fast-segment/layout.ts';
import type { Opened } from '../../spec/fast-segment/ops.ts';
import type { ByteView } from '../inspect/binary.ts';
import {
  committedIn, fastForm, fastSegmentInspector, fastSegmentsIn, payloadOf,
} from '../inspect/fast-segment.ts'; // prettier-ignore
import type { Entry } from '../inspect/walk.ts';
import { originalPort } from '../kinds/fast-segment-original.ts';
import { safePort } from '../kinds/fast-segment-safe.ts';
import { counted } from '../lib/shown.ts';
import { binaryReasons, listBinary, recordsOf } from './binary.ts';
import { openWriter, syncDirectory } from './durable.ts';
import type { Filled, LeftOut, Reason, Salvager } from './salvager.ts';

const reasons = {
  ...binaryReasons,
  no_entry: { says: 'verifies, but its payload is no entry' },
  uncommitted: { says: 'appended, and never published by the header' },
  // What the header said of them is lost: they may be what was never published.
  commit_unknown: {
    says: 'all that verifies is kept: the committed length is damaged',
    keeps: true,
  },
  rewritten: { says: 'kept, in canonical spelling', keeps: true },
} as const satisfies Readonly<Record<string, Reason>>;

/** Of each session every entry that verifies and was published goes to a new file, published. */
export const fastSegmentSalvager: Salvager = { kind: 'fast-segment', reasons, fill, refusal };

const noTime = '1970-01-01T00:00:00.000Z';

function fill(dir: string, stage: string): Filled {
  const source = listBinary(dir, fastSegmentInspector);
  const segments = fastSegmentsIn(source.entries);
  const sums = { found: 0, kept: 0 };
  if (segments.length > 0) fs.mkdirSync(join(stage, 'sessions'));
  for (const { entry, id } of segments) {
    source.look(entry, (view) => {
      const { found, frames } = salvageSegment(entry, view, source.leftOut);
      const length = frames.reduce((sum, frame) => sum + frame.length, headerBytes);
      const writer = openWriter(join(stage, pathOf(id)));
      writer.write(headerOf(BigInt(length)));
      for (const frame of frames) writer.write(frame);
      writer.close();
      sums.found += found;
      sums.kept += frames.length;
    });
  }
  if (segments.length > 0) syncDirectory(join(stage, 'sessions'));
  syncDirectory(stage);
  return {
    framesFound: sums.found,
    kept: sums.kept,
    leftOut: source.leftOut,
    words: [`in the files of ${counted(segments.length, 'session')}`],
  };
}

interface Salvaged {
  /** Frames that verify. */
  readonly found: number;
  /** Those that are kept, as they are written. */
  readonly frames: readonly Uint8Array[];
}

function salvageSegment(entry: Entry, view: ByteView, leftOut: LeftOut[]): Salvaged {
  const file = entry.path;
  const committed = committedIn(view.read(0, headerBytes));
  if (committed === null) {
    leftOut.push({ file, from: 0, to: Math.min(headerBytes, view.size), reason: 'header_damaged' });
  }
  const bad: LeftOut[] = [];
  const verified: Frame[] = [];
  const shape = { form: fastForm, headerBytes };
  for (const { from, to } of recordsOf(view, entry, shape, bad)) {
    const read = decodeEntry(payloadOf(view.read(from, to - from)));
    const frame = 'entry' in read ? frameBytes(read.entry) : null;
    const same = frame !== null && Buffer.compare(frame, view.read(from, to - from)) === 0;
    verified.push({ file, from, to, frame, same });
  }
  const end = endOf(committed, view.size, verified);
  if (end === null && committed !== null) {
    leftOut.push({ file, from: 8, to: headerBytes, reason: 'commit_unknown' });
  }
  const frames: Uint8Array[] = [];
  const all = [...bad, ...verified].toSorted((a, b) => a.from - b.from);
  for (const one of all) {
    const reason = reasonOf(one, end);
    const { from, to } = one;
    if (reason !== null) leftOut.push({ file, from, to, reason });
    if ('frame' in one && one.frame !== null && (reason === null || reason === 'rewritten')) {
      frames.push(one.frame);
    }
  }
  return { found: verified.length, frames };
}

/** A frame that verifies; `frame` is its canonical spelling, null where it holds no entry. */
interface Frame {
  readonly file: string;
  readonly from: number;
  readonly to: number;
  readonly frame: Uint8Array | null;
  readonly same: boolean;
}

/** Where what was published ends; null where the header is no help: then nothing is left out. */
function endOf(committed: bigint | null, size: number, frames: readonly Frame[]): number | null {
  if (committed === null || committed > BigInt(size)) return null;
  const end = Number(committed);
  return end === headerBytes || frames.some(({ to }) => to === end) ? end : null;
}

function reasonOf(one: LeftOut | Frame, end: number | null): keyof typeof reasons | null {
  if (end !== null && one.to > end) return 'uncommitted';
  if (!('frame' in one)) return one.reason === 'unread' ? 'unread' : 'bad_frame';
  if (one.frame === null) return 'no_entry';
  return one.same ? null : 'rewritten';
}

async function refusal(stage: string, { kept }: Filled): Promise<string | null> {
  const dir = join(stage, 'sessions');
  const names = fs.existsSync(dir) ? fs.readdirSync(dir) : [];
  const ids = names.map((name) => Number(name.replace(/\.fast$/, '')));
  for (const [store, make] of [
    ['safe', safePort],
    ['the original', originalPort],
  ] as const) {
    const port = make(fs, stage);
    let count = 0;
    for (const id of ids) {
      const opened = await port.step({ op: 'open', id }, noTime);
      const read = await port.step({ op: 'readCommitted', id }, noTime);
      await port.step({ op: 'close', id }, noTime);
      if (opened.is !== 'ok') return `${store} answers ${opened.code} to session ${id}`;
      if (read.is !== 'ok') return `${store} answers ${read.code} to session ${id}`;
      const { repairs, notices } = opened.value as Opened;
      if (repairs.length + notices.length > 0) return `${store} reports of session ${id}`;
      count += Array.isArray(read.value) ? read.value.length : 0;
    }
    if (count !== kept) return `${store} reads ${count} entries of ${kept}`;
  }
  return null;
}
