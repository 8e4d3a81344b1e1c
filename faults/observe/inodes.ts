import type { FileNode } from '../content.ts';
import { contentOf, type Content } from '../content.ts';
import type { Path } from '../../spec/lib/image.ts';
import type { Inode } from '../disk/state.ts';
import type { Recorder } from './recorder.ts';

/**
 * The names of a directory that the disk began with: whoever looks one up, or counts or lists them,
 * has learned it. A name that was given or taken since then tells nothing any more.
 */
export class ObservedNames extends Map<string, Inode> {
  readonly #recorder: Recorder;
  readonly #dir: Path;
  readonly #moved = new Set<string>();

  constructor(recorder: Recorder, dir: Path, names: Iterable<readonly [string, Inode]>) {
    super();
    this.#recorder = recorder;
    this.#dir = dir;
    for (const [name, inode] of names) super.set(name, inode);
  }

  override get(name: string): Inode | undefined {
    if (!this.#moved.has(name)) this.#recorder.name(this.#dir, name);
    return super.get(name);
  }

  override has(name: string): boolean {
    if (!this.#moved.has(name)) this.#recorder.name(this.#dir, name);
    return super.has(name);
  }

  override set(name: string, inode: Inode): this {
    // While the constructor of Map runs there are no members yet; it is given nothing to set.
    this.#moved.add(name);
    return super.set(name, inode);
  }

  override delete(name: string): boolean {
    this.#moved.add(name);
    return super.delete(name);
  }

  override get size(): number {
    this.#recorder.list(this.#dir);
    return super.size;
  }

  override keys(): MapIterator<string> {
    this.#recorder.list(this.#dir);
    return super.keys();
  }

  override values(): MapIterator<Inode> {
    this.#recorder.list(this.#dir);
    return super.values();
  }

  override entries(): MapIterator<[string, Inode]> {
    this.#recorder.list(this.#dir);
    return super.entries();
  }

  override [Symbol.iterator](): MapIterator<[string, Inode]> {
    this.#recorder.list(this.#dir);
    return super[Symbol.iterator]();
  }

  override forEach(each: (inode: Inode, name: string, map: Map<string, Inode>) => void): void {
    this.#recorder.list(this.#dir);
    super.forEach(each);
  }
}

/** The content of a file that the disk began with: looking at its size or bytes is learning. */
export class ObservedContent implements Content {
  readonly file: Path;
  /** The size that the file began with, in bytes. */
  readonly beganBytes: number;
  frozen: number;
  node: FileNode | null;
  readonly #recorder: Recorder;
  #buffer: Uint8Array;
  #length: number;
  #size: number;

  constructor(recorder: Recorder, file: Path, node: FileNode) {
    const { buffer, length, size, frozen } = contentOf(node);
    this.#recorder = recorder;
    this.file = file;
    this.beganBytes = size;
    this.#buffer = buffer;
    this.#length = length;
    this.#size = size;
    this.frozen = frozen;
    this.node = node;
  }

  get buffer(): Uint8Array {
    if (this.#recorder.mode === 'whole') this.#recorder.bytes(this.file, 0, this.beganBytes);
    return this.#buffer;
  }

  set buffer(buffer: Uint8Array) {
    this.#buffer = buffer;
  }

  get length(): number {
    this.#recorder.size(this.file);
    return this.#length;
  }

  set length(length: number) {
    this.#length = length;
  }

  get size(): number {
    this.#recorder.size(this.file);
    return this.#size;
  }

  set size(size: number) {
    this.#size = size;
  }
}
