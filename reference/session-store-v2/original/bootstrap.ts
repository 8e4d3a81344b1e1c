import { chainStep, genesisChain } from '../codec.ts';
import type { Row } from '../types.ts';
import { asStoreError, osText, sessionError } from './errors.ts';
import { segmentPath, truncateFile } from './files.ts';
import { resetSums, saturatingAdd, U64_MAX } from './handle.ts';
import type { Handle, Memory } from './handle.ts';
import { frameReader, readIndex } from './read.ts';

/**
 * Takes the handle's memory from the index (format page, Bootstrap): counters and head from the
 * last row, chain and total from all frames. Cuts the last row's segment where the row ends, before
 * anything is verified.
 */
export function bootstrap(handle: Handle): void {
  const rows = readIndex(handle);
  const last = rows.at(-1);
  if (last === undefined) {
    resetSums(handle.memory);
    return;
  }
  takeCounters(handle.memory, last);
  const expected = trimActiveSegment(handle, last);
  handle.memory.currentSegmentBytes = expected;
  handle.memory.lastEntryId = last.entryId;
  handle.memory.lastCrc32c = last.crc32c;
  foldFrames(handle, rows);
}

function takeCounters(memory: Memory, last: Row): void {
  if (last.entrySeq === U64_MAX) {
    throw sessionError(
      'entry-sequence-overflow-bootstrap',
      'entry sequence overflow while bootstrapping',
    );
  }
  memory.nextEntrySeq = last.entrySeq + 1n;
  memory.nextSegmentSeq = last.segmentSeq;
  if (last.frameSeq === U64_MAX) {
    throw sessionError(
      'frame-sequence-overflow-bootstrap',
      'frame sequence overflow while bootstrapping',
    );
  }
  memory.nextFrameSeq = last.frameSeq + 1n;
}

function trimActiveSegment(handle: Handle, last: Row): bigint {
  const { fs } = handle.env;
  const path = segmentPath(handle, last.segmentSeq);
  const expected = saturatingAdd(last.byteOffset, last.byteLength);
  let actual: number;
  try {
    actual = fs.statSync(path).size;
  } catch (error) {
    throw sessionError(
      'active-segment-missing',
      `failed to stat active segment ${path} while bootstrapping: ${osText(asStoreError(error))}`,
    );
  }
  if (BigInt(actual) > expected) truncateFile(fs, path, Number(expected));
  return expected;
}

/**
 * Chain and total over the hashes that the frames state; kept only where every frame could be read.
 */
function foldFrames(handle: Handle, rows: readonly Row[]): void {
  const reader = frameReader(handle);
  let chain = genesisChain;
  let total = 0n;
  try {
    for (const row of rows) {
      const frame = reader.read(row);
      if (frame === null) {
        throw sessionError(
          'frame-missing',
          `index references missing frame during bootstrap: entry_seq=${row.entrySeq}, segment=${row.segmentSeq}`,
        );
      }
      chain = chainStep(chain, frame.payloadSha256);
      total = saturatingAdd(total, row.byteLength);
    }
  } finally {
    reader.close();
  }
  handle.memory.chainHash = chain;
  handle.memory.totalBytes = total;
}
