"""CRC-32C (Castagnoli), four bytes a step."""

import struct
from functools import lru_cache

_REFLECTED = 0x82F63B78
_Tables = tuple[list[int], list[int], list[int], list[int]]


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    first: list[int] = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = (crc >> 1) ^ (_REFLECTED if crc & 1 else 0)
        first.append(crc)
    tables = [first]
    for _ in range(3):
        tables.append([(crc >> 8) ^ first[crc & 0xFF] for crc in tables[-1]])
    return tables[0], tables[1], tables[2], tables[3]


def crc32c(data: bytes) -> int:
    """The checksum of all of `data` as an unsigned number."""
    t0, t1, t2, t3 = _tables()
    whole = len(data) & ~3
    crc = 0xFFFFFFFF
    for (word,) in struct.iter_unpack('<I', memoryview(data)[:whole]):
        crc ^= word
        crc = t3[crc & 0xFF] ^ t2[(crc >> 8) & 0xFF] ^ t1[(crc >> 16) & 0xFF] ^ t0[crc >> 24]
    for byte in data[whole:]:
        crc = (crc >> 8) ^ t0[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def crc32c_text(data: bytes) -> str:
    """The checksum as records spell it: eight upper-case hex digits."""
    return f'{crc32c(data):08X}'
