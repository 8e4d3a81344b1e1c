"""The vectors of the format, byte for byte."""

import hashlib
import json
from pathlib import Path
from typing import Any

from starter.codec import encode, encode_pretty, to_wire
from starter.crc32c import crc32c_text
from starter.session_store.manifest import manifest_of
from starter.session_store.records import GENESIS, Event, Verification, chain_step, sha256
from starter.session_store.store import SessionStore

from .support import StoreCase

_FIXTURES = Path(__file__).resolve().parents[3] / 'fixtures' / 'session-store-v2'
_VECTORS: dict[str, Any] = json.loads((_FIXTURES / 'vectors.json').read_text('utf-8'))


class Vectors(StoreCase):
    def test_crc32c(self) -> None:
        for vector in _VECTORS['crc32c']:
            with self.subTest(vector['what']):
                self.assertEqual(crc32c_text(bytes.fromhex(vector['hex'])), vector['crc32c'])
        self.assertGreater(len(_VECTORS['crc32c']), 5)

    def test_crc32c_of_any_length(self) -> None:
        data = bytes(range(64))
        for length in range(64):
            self.assertEqual(crc32c_text(data[:length]), _bitwise(data[:length]))

    def test_chain(self) -> None:
        chain = GENESIS
        for step in _VECTORS['chain']['steps']:
            self.assertEqual(sha256(step['payload'].encode()), step['payloadSha256'])
            chain = chain_step(chain, step['payloadSha256'])
            self.assertEqual(chain, step['chainHash'])
        self.assertEqual(chain_step(GENESIS, GENESIS), _VECTORS['chain']['genesisOnGenesis'])

    def test_store(self) -> None:
        store = self._store(1 << 30)
        segment = self.segment(1).read_bytes()
        index = (self.root / 'index' / 'offsets.jsonl').read_bytes()
        for data, due in ((segment, 'segment'), (index, 'index')):
            expected = _VECTORS['store'][due]
            self.assertEqual((len(data), _sha(data)), (expected['bytes'], expected['sha256']))
        for entry, due in zip(store.entries, _VECTORS['store']['entries'], strict=True):
            self.assertEqual(entry.payload_sha256, due['payloadSha256'])
            self.assertEqual(entry.chain, due['chainHash'])
            place = (entry.row.byte_offset, entry.row.byte_length, entry.row.crc32c)
            self.assertEqual(place, (due['byteOffset'], due['byteLength'], due['crc32c']))
        first = _VECTORS['store']['entries'][0]
        line = segment.split(b'\n', 1)[0]
        self.assertEqual(line.decode(), first['line'])
        self.assertEqual(crc32c_text(line + b'\r\n'), first['crc32cWithCrLf'])
        self.assertEqual(crc32c_text(line), first['crc32cWithoutEnd'])
        self.assertEqual(index.split(b'\n', 1)[0].decode(), first['row'])

    def test_rotation(self) -> None:
        rotation = _VECTORS['rotation']
        last = self._store(int(rotation['max'])).entries[-1].row
        due = rotation['last']
        found = to_wire(last) | {'byteOffset': last.byte_offset, 'byteLength': last.byte_length}
        found |= {'segmentSeq': last.segment_seq, 'frameSeq': last.frame_seq}
        self.assertEqual({name: found[name] for name in due if name != 'lineSha256'},
                         {name: due[name] for name in due if name != 'lineSha256'})  # fmt: skip
        self.assertEqual(_sha(self.segment(2).read_bytes()), due['lineSha256'])

    def test_no_rotation_where_all_fits_exactly(self) -> None:
        self._store(int(_VECTORS['rotation']['maxWithoutRotation']))
        self.assertFalse(self.segment(2).exists())

    def test_manifests(self) -> None:
        store = self._store(1 << 30)
        for name, entries in (('manifest', store.entries), ('emptyManifest', [])):
            due = _VECTORS[name]
            times = (due['createdAt'], due['updatedAt'])
            made = manifest_of(entries, due['sessionId'], due['sourceFormat'], times)
            data = encode_pretty(made)
            self.assertEqual(made.integrity.manifest_hash, due['manifestHash'])
            self.assertEqual((len(data), _sha(data)), (due['fileBytes'], due['fileSha256']))

    def test_checkpoint(self) -> None:
        store, due = self._store(1 << 30), _VECTORS['checkpoint']
        store, _ = self.opened()
        store.checkpoint(int(due['seq']), due['reason'], due['at'])
        data = (self.root / 'checkpoints' / '0000000000000001.json').read_bytes()
        self.assertEqual((len(data), _sha(data)), (due['fileBytes'], due['fileSha256']))

    def test_event(self) -> None:
        due = _VECTORS['event']
        event = Event(
            schema='pi.session_store_v2.migration_event.v1', migration_id=due['migrationId'],
            phase='rollback', at=due['at'], source_path=due['sourcePath'],
            target_path=due['targetPath'], source_format='native_v2', target_format='native_v2',
            verification=Verification(True, True, True), outcome='ok', error_class=None,
            correlation_id=due['correlationId'],
        )
        line = encode(event) + b'\n'
        self.assertEqual((len(line), _sha(line)), (due['lineBytes'], due['lineSha256']))

    def _store(self, max_segment: int) -> SessionStore:
        store, _ = self.opened(max_segment)
        for due in _VECTORS['store']['entries']:
            payload = bytes.fromhex(due['payloadHex']).decode()
            store.append(due['id'], due['parent'], due['type'], payload, due['at'])
        store.close()
        return store


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _bitwise(data: bytes) -> str:
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return f'{crc ^ 0xFFFFFFFF:08X}'


