import { createBLAKE3 } from 'hash-wasm';

// Compiling WebAssembly is asynchronous and happens once, while this module is loaded; everything
// after that is synchronous. One instance serves all folds: its state is put away and taken back
// where two of them take turns.
const engine = await createBLAKE3();

/** Small updates are gathered up to here: a call into WebAssembly costs as much as 200 bytes. */
const gatheredBytes = 4096;

/** A place at the engine; its state is kept here while another is served, null before any byte. */
interface Turn {
  state: Uint8Array | null;
}

let served: Turn | null = null;

function serve(turn: Turn): void {
  if (served === turn) return;
  if (served !== null) served.state = engine.save();
  if (turn.state === null) engine.init();
  else engine.load(turn.state);
  served = turn;
}

/** A BLAKE3 hash of bytes that come in parts. */
export class Blake3 {
  readonly #turn: Turn = { state: null };
  #gathered: Buffer | null = null;
  #length = 0;

  /** Adds bytes. What is given may be overwritten afterwards. */
  update(bytes: Uint8Array): this {
    if (this.#length + bytes.length > gatheredBytes) this.#flush();
    if (bytes.length >= gatheredBytes) {
      serve(this.#turn);
      engine.update(bytes);
      return this;
    }
    this.#gathered ??= Buffer.allocUnsafeSlow(gatheredBytes);
    this.#gathered.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  /** The hash of all bytes so far, as 64 lower-case hex digits; more may be added afterwards. */
  hex(): string {
    this.#flush();
    serve(this.#turn);
    this.#turn.state = engine.save();
    served = null;
    return engine.digest('hex');
  }

  #flush(): void {
    if (this.#length === 0 || this.#gathered === null) return;
    serve(this.#turn);
    engine.update(this.#gathered.subarray(0, this.#length));
    this.#length = 0;
  }
}

/** BLAKE3 of bytes, as 32 bytes. */
export function blake3(bytes: Uint8Array): Uint8Array {
  if (served !== null) served.state = engine.save();
  served = null;
  return engine.init().update(bytes).digest('binary');
}

/** BLAKE3 of bytes, as 64 lower-case hex digits. */
export function blake3Hex(bytes: Uint8Array): string {
  return Buffer.from(blake3(bytes)).toString('hex');
}
