import type { Node, Path } from '../../spec/lib/image.ts';
import type { FileNode } from '../content.ts';
import type { MemNode, MemNodeClass } from './memory.ts';
import { taped, tapeMs, tapeOutside, type Tape } from './tape.ts';

/** An inode of a recorded volume. */
export interface RecordedNode extends MemNode {
  /** A name outside the store's root that it has or had. */
  outsideAt: Path | null;
  /** It had a name already, so the next one is a link. */
  named: boolean;
  /** What the image has of it; null since it was changed. */
  kept: FileNode | null;
  /** `buf` is the image's own and is copied before anything is written to it. */
  borrowed: boolean;
  /** What neither memfs nor a store can have: a fifo, a socket, a device. */
  other: Extract<Node, { readonly is: 'other' }> | null;
}

/** Makes the inodes of one recorded volume. */
export type RecordedNodeClass = new (ino: number, mode: number) => RecordedNode;

/**
 * The volume's inodes, but recorded, and alike in every run: times are the tape's, and there is one
 * user, who may do everything.
 */
export function recordedNodes(tape: Tape, Base: MemNodeClass): RecordedNodeClass {
  class Recorded extends Base implements RecordedNode {
    outsideAt: Path | null = null;
    named = false;
    kept: FileNode | null = null;
    borrowed = false;
    other: RecordedNode['other'] = null;
    changedMs = tapeMs(tape);

    constructor(ino: number, mode: number) {
      super(ino, mode, 0, 0);
    }

    override write(bytes: Buffer, offset = 0, length = bytes.length, position = 0): number {
      this.own();
      const count = super.write(bytes, offset, length, position);
      if (count === 0) return 0;
      this.changed();
      const written = tape.recording
        ? new Uint8Array(bytes.subarray(offset, offset + count))
        : bytes;
      taped(tape, { do: 'write', ino: this.ino, from: position, bytes: written });
      return count;
    }

    override truncate(length = 0): void {
      const to = Math.max(0, length);
      if (to === this.size) return;
      this.own();
      super.truncate(to);
      this.changed();
      taped(tape, { do: 'size', ino: this.ino, to });
    }

    override read(into: Uint8Array, offset = 0, length = into.byteLength, position = 0): number {
      tape.requested = Math.max(tape.requested, length);
      return super.read(into, offset, length, position);
    }

    override getBuffer(): Buffer {
      tape.requested = Math.max(tape.requested, this.size);
      return super.getBuffer();
    }

    override getSize(): number {
      return this.isSymlink() ? Buffer.byteLength(this.symlink ?? '') : super.getSize();
    }

    private own(): void {
      if (!this.borrowed) return;
      this.borrowed = false;
      this.buf = Buffer.from(this.buf);
      this.capacity = this.buf.length;
    }

    private changed(): void {
      this.kept = null;
      this.changedMs = tapeMs(tape);
      if (this.outsideAt !== null) tapeOutside(tape, this.outsideAt);
    }
  }
  timeless(Recorded.prototype);
  return Recorded;
}

const yes = (): boolean => true;

/** Replaces memfs's own clock and permissions. */
function timeless(nodes: object): void {
  const time: PropertyDescriptor = {
    get(this: { readonly changedMs: number }) {
      return new Date(this.changedMs);
    },
    set() {},
  };
  for (const name of ['atime', 'mtime', 'ctime', 'btime']) Object.defineProperty(nodes, name, time);
  Object.assign(nodes, { canRead: yes, canWrite: yes, canExecute: yes });
}
