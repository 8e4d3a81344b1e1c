import { crc32cHex } from '../../reference/lib/crc32c.ts';
import type { Path } from '../../spec/lib/image.ts';
import { dumpBinary } from '../../spec/lib/layout-binary-dump.ts';
import type { BinaryRecord, FileLayout } from '../../spec/lib/layout.ts';
import { byteView, piecesOf, searchLimits, type RecordForm } from './binary.ts';
import type { Inspector } from './inspector.ts';
import { withFile } from './tally.ts';

/** How the records of one file are found and shown. */
export interface FrameSource {
  readonly file: Pick<FileLayout<BinaryRecord>, 'header' | 'record'>;
  readonly headerBytes: number;
  readonly form: RecordForm;
  /** The path of the file with a number. */
  readonly pathOf: (number: bigint) => Path;
}

/** More bytes of one record are not shown. */
const shownBytes = 64 * 1024;

/** A longer piece is no record; its sum is that of its beginning. */
const summedBytes = 65 * 1024 * 1024;

/**
 * Finds the n-th piece of a numbered file, be it a record or none, and shows its bytes with their
 * meaning.
 */
export function frameFinder({ file, headerBytes, form, pathOf }: FrameSource): Inspector['frame'] {
  return (place, number, nth) => {
    const path = pathOf(number);
    const entry = place.entries.find((one) => one.path === path);
    if (entry === undefined) return `${path}: no such file`;
    if (entry.is !== 'file') return `${path}: no regular file`;
    const late = (): boolean => place.options.leftMs() <= 0;
    const found = withFile(place, entry, (open) => {
      const view = byteView(open);
      let met = 0n;
      for (const piece of piecesOf(view, { from: headerBytes, to: view.size }, form, {
        ...searchLimits,
        late,
      })) {
        met += 1n;
        if (met < nth) continue;
        const { from, to } = piece;
        const whole = view.read(from, Math.min(to - from, summedBytes));
        const crc32c = crc32cHex(whole);
        const bytes = whole.slice(0, shownBytes);
        const left = to - from - bytes.length;
        // Decoded alone: a record says nothing of where it stands.
        const dump = [
          ...dumpBinary({ record: file.record }, bytes, 0, from),
          ...(left > 0 ? [`… ${left} more bytes`] : []),
        ];
        return { file: path, from, to, crc32c, wrong: piece.is !== 'record', dump };
      }
      return `${path}: no frame ${nth}: it has ${met}`;
    });
    return found ?? `${path}: ${place.problems.at(-1)?.code ?? 'unreadable'}`;
  };
}
