import { StoreError } from '../lib/error.ts';
import { headerBytes } from './frame.ts';
import type { Handle } from './handle.ts';
import { endsAt, lastBytes, makeNamesDurable, requireWritable } from './handle.ts';
import { replaceFile } from './replace.ts';
import { placesOf } from './scan.ts';

/**
 * Cuts the file where a frame ends, or behind the header. What was published is taken back by
 * another file in this one's place, so that a crash leaves the one or the other.
 */
export function truncate(h: Handle, length: bigint): void {
  requireWritable(h);
  const to = requireBoundary(h, length);
  makeNamesDurable(h);
  if (to < h.published) replaceWith(h, to);
  else if (to < h.mark.size) cut(h, to);
  h.tracked = to;
  h.untracked = [];
}

/** Takes back everything, published or not. */
export function reset(h: Handle): void {
  truncate(h, BigInt(headerBytes));
}

function requireBoundary(h: Handle, length: bigint): number {
  const to = Number(length);
  const { files, fd, mark, paths } = h;
  if (length >= BigInt(headerBytes) && length <= BigInt(mark.size)) {
    if (to === headerBytes || to === mark.size || to === h.published) return to;
    for (const frame of placesOf({ fs: files.fs, fd, from: headerBytes, to: mark.size })) {
      if (frame.to === to) return to;
      if (frame.to > to) break;
    }
  }
  throw new StoreError('not_on_boundary', `no frame of ${paths.file} ends at ${length}`);
}

function replaceWith(h: Handle, to: number): void {
  const { files, paths } = h;
  const fd = replaceFile({ files, paths, fd: h.fd }, to);
  files.closeQuietly(h.fd);
  h.fd = fd;
  h.published = to;
  h.mark = files.mark(fd);
  h.last = lastBytes(files, fd, to);
}

function cut(h: Handle, to: number): void {
  const { files, fd } = h;
  try {
    files.cut(fd, to);
  } catch (error) {
    // How long the file is now nobody knows.
    files.poisoned = true;
    throw error;
  }
  files.sync(fd);
  endsAt(h, to, lastBytes(files, fd, to));
}
