import vectors from '../../../fixtures/session-store-v2/vectors.json' with { type: 'json' };
import { block, code, table } from './markdown.ts';

const { store, rotation, chain, whitespace, checkpoint, event } = vectors;

function manifestRow(
  what: string,
  of: typeof vectors.manifest | typeof vectors.emptyManifest,
): readonly string[] {
  const { sessionId, sourceFormat, createdAt, updatedAt } = of;
  return [
    what,
    [sessionId, sourceFormat, createdAt, updatedAt].map(code).join(', '),
    `${of.compactBytes} bytes, ${code(of.manifestHash)}`,
    `${of.fileBytes} bytes, ${code(of.fileSha256)}`,
  ];
}

/** The bytes and hashes of `fixtures/session-store-v2/vectors.json`, in words and tables. */
export function vectorTables(): string {
  const [first] = store.entries;
  return [
    'From `fixtures/session-store-v2/vectors.json`; hex is that of bytes.',
    table(
      ['CRC-32C of', 'hex', 'is'],
      vectors.crc32c.map((v) => [v.what, v.hex === '' ? 'empty' : code(v.hex), code(v.crc32c)]),
    ),
    'A store of three entries, times fixed, threshold out of reach. Their payloads print the same ' +
      'in every JSON library:',
    table(
      ['entry', 'parent, type, time', 'payload in hex', 'payloadSha256', 'chain hash', 'line'],
      store.entries.map((e) => [
        code(e.id),
        [e.parent ?? 'none', e.type, e.at].join(', '),
        `${code(e.payloadHex)} (${e.payloadBytes} bytes)`,
        code(e.payloadSha256),
        code(e.chainHash),
        `offset ${e.byteOffset}, length ${e.byteLength}, CRC ${code(e.crc32c)}`,
      ]),
    ),
    'The first line, its LF left out, and its row:',
    block(`${first?.line ?? ''}\n${first?.row ?? ''}`),
    `With CR LF the CRC of that line is ${code(first?.crc32cWithCrLf ?? '')}, without any end ` +
      `${code(first?.crc32cWithoutEnd ?? '')}. The segment has ${store.segment.bytes} bytes, ` +
      `SHA-256 ${code(store.segment.sha256)}; the index ${store.index.bytes}, ` +
      `${code(store.index.sha256)}.`,
    `**Rotation**: with threshold ${rotation.max} the third entry is frame ` +
      `${rotation.last.frameSeq} of segment ${rotation.last.segmentSeq} at offset ` +
      `${rotation.last.byteOffset}, length ${rotation.last.byteLength}, CRC ` +
      `${code(rotation.last.crc32c)}, SHA-256 of the line with LF ` +
      `${code(rotation.last.lineSha256)}; the chain is the same. With threshold ` +
      `${rotation.maxWithoutRotation}, exactly the bytes of all three, there is one segment.`,
    table(
      ['chain over', 'payloadSha256', 'chain hash'],
      chain.steps.map((s) => [code(s.payload), code(s.payloadSha256), code(s.chainHash)]),
    ),
    `One step from 64 zeros with 64 zeros as payload hash gives ${code(chain.genesisOnGenesis)}.`,
    table(
      ['manifest of', 'session, format, created, updated', 'compact, its hash', 'file, SHA-256'],
      [
        manifestRow('the three entries', vectors.manifest),
        manifestRow('no entry', vectors.emptyManifest),
      ],
    ),
    `Counters of the first: ${countersOf(vectors.manifest.counters)}; all invariants true in both.`,
    `**Checkpoint** ${checkpoint.seq} of the three entries at ${checkpoint.at}, reason ` +
      `${code(checkpoint.reason)}: ${checkpoint.fileBytes} bytes, SHA-256 ` +
      `${code(checkpoint.fileSha256)}.`,
    `**Ledger event** of a rollback to it (outcome ok, three times true, both formats native_v2): ` +
      `migrationId ${code(event.migrationId)}, at ${event.at}, sourcePath ` +
      `${code(event.sourcePath)}, targetPath ${code(event.targetPath)}, correlationId ` +
      `${code(event.correlationId)}: ${event.lineBytes} bytes with LF, SHA-256 ` +
      `${code(event.lineSha256)}.`,
    `**White space counts**: the payload ${code(whitespace.payload)} has ` +
      `${whitespace.payloadBytes} bytes and SHA-256 ${code(whitespace.payloadSha256)}.`,
  ].join('\n\n');
}

function countersOf(counters: Readonly<Record<string, number>>): string {
  return Object.entries(counters)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
