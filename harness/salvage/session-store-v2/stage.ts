import * as fs from 'node:fs';
import { join } from 'node:path';
import { crc32c } from '../../../spec/lib/crc32c.ts';
import { utf8Of } from '../../../spec/lib/utf8.ts';
import {
  chainStep,
  frameLine,
  genesis,
  rowLine,
  schemas,
} from '../../../spec/session-store-v2/encode.ts';
import type { Frame, Row } from '../../../spec/session-store-v2/ops.ts';
import { openWriter, syncDirectory, type Writer } from '../durable.ts';

/**
 * A new store as it grows: canonical frames with new numbers, and the index beside them. Close it
 * to make it durable.
 */
export interface Stage {
  /** The next frames go to a new segment, unless the present one is still empty. */
  nextSegment(): void;
  add(frame: Frame): void;
  /** The chain hash and the last entry's id after `entries` frames. */
  headAt(entries: bigint): { readonly chainHash: string; readonly entryId: string } | null;
  writeFile(path: string, bytes: Uint8Array): void;
  close(): { readonly entries: number; readonly segments: number; readonly chainHash: string };
}

const directories = ['segments', 'index', 'checkpoints', 'migrations', 'tmp'];

/** Makes the directories of a store in `root`, which must be there and empty. */
export function openStage(root: string): Stage {
  for (const name of directories) fs.mkdirSync(join(root, name));
  const index = openWriter(join(root, 'index/offsets.jsonl'));
  let segment: Writer | null = null;
  let segmentSeq = 0n;
  let frameSeq = 0n;
  let byteOffset = 0n;
  const heads = [{ chainHash: genesis, entryId: '' }];

  const startSegment = (): Writer => {
    segmentSeq += 1n;
    frameSeq = 0n;
    byteOffset = 0n;
    const name = `${segmentSeq.toString().padStart(16, '0')}.seg`;
    segment = openWriter(join(root, 'segments', name));
    return segment;
  };
  return {
    nextSegment() {
      segment?.close();
      segment = null;
    },
    add(old) {
      const writer = segment ?? startSegment();
      frameSeq += 1n;
      const entrySeq = BigInt(heads.length);
      const frame: Frame = { ...old, schema: schemas.frame, segmentSeq, frameSeq, entrySeq };
      const line = utf8Of(`${frameLine(frame)}\n`);
      const row: Row = {
        schema: schemas.row,
        entrySeq,
        entryId: frame.entryId,
        segmentSeq,
        frameSeq,
        byteOffset,
        byteLength: BigInt(line.length),
        crc32c: crc32c(line).toString(16).toUpperCase().padStart(8, '0'),
        state: 'active',
      };
      writer.write(line);
      index.write(utf8Of(`${rowLine(row)}\n`));
      byteOffset += BigInt(line.length);
      const chain = heads.at(-1)?.chainHash ?? genesis;
      heads.push({ chainHash: chainStep(chain, frame.payloadSha256), entryId: frame.entryId });
    },
    headAt: (entries) => heads[Number(entries)] ?? null,
    writeFile(path, bytes) {
      const writer = openWriter(join(root, path));
      writer.write(bytes);
      writer.close();
    },
    close() {
      segment?.close();
      index.close();
      for (const name of directories) syncDirectory(join(root, name));
      syncDirectory(root);
      const chainHash = heads.at(-1)?.chainHash ?? genesis;
      return { entries: heads.length - 1, segments: Number(segmentSeq), chainHash };
    },
  };
}
