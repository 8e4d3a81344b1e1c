import { genesisChain } from './codec.ts';

/** One plain segment file: its number, and the number of entries in all segments before it. */
export interface Segment {
  readonly seq: bigint;
  readonly before: number;
}

/**
 * What one entry adds to the catalog. `parent` is the parent's entry number, 0 for none, -1 for one
 * not seen yet.
 */
export interface NewEntry {
  readonly id: string;
  readonly parent: number;
  readonly type: string;
  readonly byteOffset: number;
  readonly byteLength: number;
  readonly crc: number;
  readonly chain: string;
}

/**
 * The index in memory: entry number (1-based) -> where its line stands and what was verified of it.
 * About 60 bytes an entry in typed arrays that grow by doubling, and one slot in a map by id.
 */
export class Entries {
  count = 0;
  totalBytes = 0;
  /** The chain hash over all entries. */
  chain = genesisChain;
  readonly segments: Segment[] = [];
  readonly ids: string[] = [];
  readonly #byId = new Map<string, number>();
  #offsets = new Float64Array(16);
  #lengths = new Uint32Array(16);
  #crcs = new Uint32Array(16);
  #parents = new Int32Array(16);
  #types = new Uint8Array(16);
  #places = new Uint32Array(16);
  #chains = Buffer.alloc(16 * 32);

  /**
   * Adds an entry to the last segment; answers false where the id was there before (the entry is
   * added all the same).
   */
  add(entry: NewEntry): boolean {
    const i = this.count;
    if (i === this.#lengths.length) this.#grow(i * 2);
    this.#offsets[i] = entry.byteOffset;
    this.#lengths[i] = entry.byteLength;
    this.#crcs[i] = entry.crc;
    this.#parents[i] = entry.parent;
    this.#types[i] = typeNumber(entry.type);
    this.#places[i] = this.segments.length - 1;
    this.#chains.write(entry.chain, i * 32, 32, 'hex');
    this.ids[i] = entry.id;
    this.chain = entry.chain;
    this.totalBytes += entry.byteLength;
    this.count = i + 1;
    if (this.#byId.has(entry.id)) return false;
    this.#byId.set(entry.id, i + 1);
    return true;
  }

  /** The entry number of an id, 0 where there is none; of several the first. */
  numberOf(id: string): number {
    return this.#byId.get(id) ?? 0;
  }

  idOf(entry: number): string {
    return this.ids[entry - 1] ?? '';
  }

  offsetOf(entry: number): number {
    return this.#offsets[entry - 1] as number;
  }

  lengthOf(entry: number): number {
    return this.#lengths[entry - 1] as number;
  }

  crcOf(entry: number): number {
    return this.#crcs[entry - 1] as number;
  }

  parentOf(entry: number): number {
    return this.#parents[entry - 1] as number;
  }

  setParent(entry: number, parent: number): void {
    this.#parents[entry - 1] = parent;
  }

  /** True where the entry is of the type `message`, or `compaction`: what the manifest counts. */
  isOf(entry: number, type: 'message' | 'compaction'): boolean {
    return this.#types[entry - 1] === typeNumber(type);
  }

  segmentOf(entry: number): Segment {
    return this.segments[this.#places[entry - 1] as number] as Segment;
  }

  /** The entry's position within its segment, from 1. */
  frameOf(entry: number): number {
    return entry - this.segmentOf(entry).before;
  }

  /** The chain hash over the first `count` entries. */
  chainAt(count: number): string {
    if (count === 0) return genesisChain;
    return this.#chains.toString('hex', (count - 1) * 32, count * 32);
  }

  /** The last entry of the segment that `entry` is in. */
  lastBeside(entry: number): number {
    const place = this.#places[entry - 1] as number;
    return this.segments[place + 1]?.before ?? this.count;
  }

  /** Forgets every entry after the first `count`. */
  keep(count: number): void {
    for (let entry = this.count; entry > count; entry--) {
      this.totalBytes -= this.lengthOf(entry);
      if (this.numberOf(this.idOf(entry)) === entry) this.#byId.delete(this.idOf(entry));
    }
    this.ids.length = count;
    this.count = count;
    this.chain = this.chainAt(count);
  }

  #grow(capacity: number): void {
    this.#offsets = grown(this.#offsets, new Float64Array(capacity));
    this.#lengths = grown(this.#lengths, new Uint32Array(capacity));
    this.#crcs = grown(this.#crcs, new Uint32Array(capacity));
    this.#parents = grown(this.#parents, new Int32Array(capacity));
    this.#types = grown(this.#types, new Uint8Array(capacity));
    this.#places = grown(this.#places, new Uint32Array(capacity));
    this.#chains = grown(this.#chains, Buffer.alloc(capacity * 32));
  }
}

function grown<T extends { set(from: T): void }>(from: T, into: T): T {
  into.set(from);
  return into;
}

function typeNumber(type: string): number {
  if (type === 'message') return 1;
  return type === 'compaction' ? 2 : 0;
}
