import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fileNode } from '../lib/image.ts';
import type { Image, Node } from '../lib/image.ts';
import { imageSource, survey } from './survey.ts';

interface Recorded {
  readonly damage: readonly string[];
  readonly before: Readonly<Record<string, string | null>>;
}

const folder = new URL('../../fixtures/session-store-v2/recorded/', import.meta.url);
const lines = readFileSync(new URL('cases.jsonl', folder), 'utf8').trimEnd().split('\n');
const cases = lines.map((line): Recorded => JSON.parse(line));

function imageOf(recorded: Recorded): Image {
  return new Map(
    Object.entries(recorded.before).map(([path, bytes]): [string, Node] => [
      path.replace(/\/$/, ''),
      bytes === null ? { is: 'dir' } : fileNode(Uint8Array.from(Buffer.from(bytes, 'base64'))),
    ]),
  );
}

describe('a survey of the recorded cases', () => {
  it('has something to say of every damaged store, with ranges inside its files', () => {
    const damaged = cases.filter((recorded) => recorded.damage.length > 0);
    expect(damaged.length).toBeGreaterThan(30);
    for (const recorded of damaged) {
      const image = imageOf(recorded);
      const { wrong, odd, problems } = survey(imageSource(image));
      expect(wrong + odd, recorded.damage.join('; ')).toBeGreaterThan(0);
      for (const { file, from, to } of problems) {
        const node = image.get(file);
        const size = node?.is === 'file' ? node.size : 0;
        expect(from <= to && to <= size, `${file} ${from} to ${to}`).toBe(true);
      }
    }
  });
});
