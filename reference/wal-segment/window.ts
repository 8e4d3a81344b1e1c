import type { Files } from './files.ts';

const chunkBytes = 1 << 20;

/**
 * A file of a known size, read in pieces of 1 MiB; only what is asked for in one piece makes it
 * hold more.
 */
export class Window {
  readonly size: number;
  /** The bytes that are held; `at` says from which byte of the file. */
  bytes = Buffer.alloc(0);
  readonly #files: Files;
  readonly #fd: number;
  /** Called before what is held goes, with the byte that will be held first. */
  onMove: ((position: number) => void) | null = null;
  #from = 0;
  #held = 0;

  constructor(files: Files, fd: number, size: number) {
    this.#files = files;
    this.#fd = fd;
    this.size = size;
  }

  /**
   * Holds bytes [position, position + length) and answers where in `bytes` they begin, or -1 where
   * the file ends before. What was held is gone then.
   */
  hold(position: number, length: number): number {
    const offset = position - this.#from;
    if (offset >= 0 && offset + length <= this.#held) return offset;
    if (position + length > this.size) return -1;
    this.onMove?.(position);
    const wanted = Math.min(this.size - position, Math.max(length, chunkBytes));
    if (this.bytes.length < wanted) this.bytes = Buffer.allocUnsafe(wanted);
    this.#from = position;
    this.#held = this.#files.read(this.#fd, this.bytes, wanted, position);
    return length <= this.#held ? 0 : -1;
  }
}
