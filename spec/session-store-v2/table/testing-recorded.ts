import {
  eachElement,
  eachMember,
  end,
  peek,
  readRaw,
  readString,
  scanOf,
  takeWord,
} from '../../lib/json.ts';
import type { Scan } from '../../lib/json.ts';
import { fileNode } from '../../lib/image.ts';
import type { Image, Node, Path } from '../../lib/image.ts';
import { sha256Hex } from '../../lib/sha256.ts';
import { utf8Of } from '../../lib/utf8.ts';

/**
 * JSON as a value that loses nothing which recordings need: integers are bigint, payloads their
 * text.
 */
export type Tree =
  | string
  | bigint
  | boolean
  | null
  | { readonly json: string }
  | readonly Tree[]
  | { readonly [member: string]: Tree };

/**
 * Reads one line of a recording; members named `payload` and numbers with fraction or exponent stay
 * text.
 */
export function treeOf(line: string): Tree {
  const scan = scanOf(utf8Of(line));
  const tree = readTree(scan);
  end(scan);
  return tree;
}

function readTree(scan: Scan): Tree {
  const byte = peek(scan);
  if (byte === 0x22) return readString(scan);
  if (byte === 0x5b) {
    const elements: Tree[] = [];
    eachElement(scan, () => {
      elements.push(readTree(scan));
    });
    return elements;
  }
  if (byte === 0x7b) {
    const members: Record<string, Tree> = {};
    eachMember(scan, (name) => {
      members[name] = name === 'payload' ? { json: readRaw(scan).text } : readTree(scan);
    });
    return members;
  }
  const word = { 0x74: true, 0x66: false, 0x6e: null }[byte];
  if (word === undefined) {
    const { text } = readRaw(scan);
    return /^-?\d+$/.test(text) ? BigInt(text) : { json: text };
  }
  takeWord(scan, String(word));
  return word;
}

/**
 * A value of the table in the form of a recording: absent optional members left out, payloads as
 * text.
 */
export function treeOfValue(value: unknown): Tree {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.map(treeOfValue);
  if (typeof value === 'number') return BigInt(value);
  if (typeof value !== 'object') return value as Tree;
  const members: Record<string, Tree> = {};
  for (const [name, member] of Object.entries(value)) {
    if (member === null && (name === 'parentEntryId' || name === 'errorClass')) continue;
    members[name] = name === 'payload' ? { json: String(member) } : treeOfValue(member);
  }
  return members;
}

/** A member that must be a string; throws otherwise. */
export function asText(tree: Tree | undefined): string {
  if (typeof tree === 'string') return tree;
  throw new Error('the recording has no text where it must');
}

/**
 * The image that a recording spells: path -> base64; a path that ends in `/` is an empty directory.
 */
export function imageOfRecording(files: Readonly<Record<string, string | null>>): Image {
  const image = new Map<Path, Node>();
  for (const [path, base64] of Object.entries(files)) {
    const names = path.split('/').slice(0, -1);
    for (let n = 1; n <= names.length; n++) image.set(names.slice(0, n).join('/'), { is: 'dir' });
    if (base64 !== null) image.set(path, fileNode(bytesOfBase64(base64)));
  }
  return image;
}

function bytesOfBase64(base64: string): Uint8Array {
  const binary = atob(base64);
  return Uint8Array.from({ length: binary.length }, (_, i) => binary.charCodeAt(i));
}

/**
 * Path -> [size, SHA-256] of the files of an image, and the paths of its empty directories with
 * null; no `tmp/`.
 */
export function hashesOf(image: Image): Record<string, readonly [number, string] | null> {
  const hashes: Record<string, readonly [number, string] | null> = {};
  for (const [path, node] of image) {
    if (path === 'tmp' || path.startsWith('tmp/')) continue;
    if (node.is === 'file') hashes[path] = [node.size, sha256Hex(node.bytes)];
    else if (node.is === 'dir' && ![...image.keys()].some((key) => key.startsWith(`${path}/`))) {
      hashes[`${path}/`] = null;
    }
  }
  return hashes;
}
