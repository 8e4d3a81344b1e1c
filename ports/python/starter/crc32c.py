"""CRC-32C (Castagnoli), eight bytes a step."""

import struct
from functools import lru_cache

_REFLECTED = 0x82F63B78


@lru_cache(maxsize=1)
def _tables() -> list[list[int]]:
    """Table n holds what a byte does to the checksum that n more bytes follow."""
    first: list[int] = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = (crc >> 1) ^ (_REFLECTED if crc & 1 else 0)
        first.append(crc)
    tables = [first]
    for _ in range(7):
        tables.append([(crc >> 8) ^ first[crc & 0xFF] for crc in tables[-1]])
    return tables


def crc32c(data: bytes) -> int:
    """The checksum of all of `data` as an unsigned number."""
    t0, t1, t2, t3, t4, t5, t6, t7 = _tables()
    whole = len(data) & ~7
    crc = 0xFFFFFFFF
    for a, b, c, d, e, f, g, h in struct.iter_unpack('8B', memoryview(data)[:whole]):
        crc = (
            t7[crc & 0xFF ^ a] ^ t6[crc >> 8 & 0xFF ^ b] ^ t5[crc >> 16 & 0xFF ^ c]
            ^ t4[crc >> 24 ^ d] ^ t3[e] ^ t2[f] ^ t1[g] ^ t0[h]
        )  # fmt: skip
    for byte in data[whole:]:
        crc = crc >> 8 ^ t0[crc & 0xFF ^ byte]
    return crc ^ 0xFFFFFFFF


def crc32c_text(data: bytes) -> str:
    """The checksum as records spell it: eight upper-case hex digits."""
    return f'{crc32c(data):08X}'
