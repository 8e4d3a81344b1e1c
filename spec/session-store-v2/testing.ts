// Builds small stores as images, for tests of what judges images; nothing else may import it.
import { crc32cHex } from '../lib/crc32c.ts';
import { fileNode } from '../lib/image.ts';
import type { Image, Node, Path } from '../lib/image.ts';
import { sha256Hex } from '../lib/sha256.ts';
import { utf8Of } from '../lib/utf8.ts';
import {
  chainStep,
  checkpointText,
  frameLine,
  genesis,
  rowLine,
  schemas,
  sixteen,
} from './encode.ts';
import type { Frame, Row } from './ops.ts';

/** One entry to build; a segment of its own number may be asked for, else it joins the last one. */
export interface Wanted {
  readonly id: string;
  readonly parent?: string | null;
  readonly segment?: bigint;
  readonly payload?: string;
}

/** A store as it stands: frames and rows with their lines, and the image. */
export interface Built {
  readonly frames: readonly Frame[];
  readonly rows: readonly Row[];
  readonly chains: readonly string[];
  readonly image: Image;
}

/** An undamaged store with these entries; a parent that is not given is the entry before. */
export function storeOf(wanted: readonly Wanted[]): Built {
  const frames: Frame[] = [];
  const rows: Row[] = [];
  const chains = [genesis];
  const segments = new Map<bigint, string>();
  let segmentSeq = 1n;
  for (const [i, want] of wanted.entries()) {
    segmentSeq = want.segment ?? segmentSeq;
    const text = segments.get(segmentSeq) ?? '';
    const payload = want.payload ?? `{"n":${i + 1}}`;
    const frame: Frame = {
      schema: schemas.frame,
      segmentSeq,
      frameSeq: BigInt(text.split('\n').length),
      entrySeq: BigInt(i + 1),
      entryId: want.id,
      parentEntryId: want.parent === undefined ? (wanted[i - 1]?.id ?? null) : want.parent,
      entryType: 'message',
      timestamp: '2026-01-01T00:00:00.000Z',
      payloadSha256: sha256Hex(payload),
      payloadBytes: BigInt(utf8Of(payload).length),
      payload,
    };
    const line = utf8Of(`${frameLine(frame)}\n`);
    frames.push(frame);
    rows.push({
      schema: schemas.row,
      entrySeq: frame.entrySeq,
      entryId: frame.entryId,
      segmentSeq,
      frameSeq: frame.frameSeq,
      byteOffset: BigInt(utf8Of(text).length),
      byteLength: BigInt(line.length),
      crc32c: crc32cHex(line),
      state: 'active',
    });
    chains.push(chainStep(chains.at(-1) ?? genesis, frame.payloadSha256));
    segments.set(segmentSeq, `${text}${frameLine(frame)}\n`);
  }
  const files: [Path, string][] = [...segments].map(([seq, text]) => [segmentPath(seq), text]);
  if (rows.length > 0)
    files.push(['index/offsets.jsonl', rows.map((r) => `${rowLine(r)}\n`).join('')]);
  return { frames, rows, chains, image: imageOf(files) };
}

export function segmentPath(seq: bigint): Path {
  return `segments/${sixteen(seq)}.seg`;
}

/** The five directories, and files of these texts. */
export function imageOf(files: readonly (readonly [Path, string])[]): Image {
  const image = new Map<Path, Node>();
  for (const path of ['segments', 'index', 'checkpoints', 'migrations', 'tmp'])
    image.set(path, { is: 'dir' });
  for (const [path, text] of files) image.set(path, fileNode(utf8Of(text)));
  return image;
}

/** The image with one path changed: a text, a node, or null to remove it. */
export function changed(image: Image, path: Path, to: string | Node | null): Image {
  const next = new Map(image);
  if (to === null) next.delete(path);
  else next.set(path, typeof to === 'string' ? fileNode(utf8Of(to)) : to);
  return next;
}

/** The text of a file, which must be there. */
export function textAt(image: Image, path: Path): string {
  const node = image.get(path);
  if (node?.is !== 'file') throw new Error(`no file ${path}`);
  return new TextDecoder().decode(node.bytes);
}

/** A checkpoint file of the store after its first `head` entries. */
export function checkpointOf(store: Built, seq: bigint, head: number): string {
  return checkpointText({
    schema: schemas.checkpoint,
    checkpointSeq: seq,
    at: '2026-01-01T00:00:00.000Z',
    headEntrySeq: BigInt(head),
    headEntryId: store.frames[head - 1]?.entryId ?? '',
    snapshotRef: `checkpoints/${sixteen(seq)}.json`,
    compactedBeforeEntrySeq: 0n,
    chainHash: store.chains[head] ?? genesis,
    reason: 'test',
  });
}
