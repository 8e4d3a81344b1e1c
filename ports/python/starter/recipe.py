"""Large data that a call describes instead of holding it."""

import sys
from array import array
from collections.abc import Iterator
from itertools import islice

MOST_BYTES = 1 << 27

_ALPHABET = b'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
_LETTERS = _ALPHABET * 4  # A letter for each byte: its number modulo 64.


def data_of(gen: str, seed: int, length: int) -> bytes:
    """The bytes that a generator gives. ValueError says what does not fit."""
    if length > MOST_BYTES:
        raise ValueError(f'bytes: at most {MOST_BYTES} are made')
    if gen == 'zero':
        return bytes(length)
    if gen == 'counter':
        circle = bytes((seed + i) & 0xFF for i in range(256))
        return (circle * (length // 256 + 1))[:length]
    if gen != 'xorshift32le':
        raise ValueError('gen: zero, counter or xorshift32le is expected')
    low = seed & 0xFFFFFFFF
    if low == 0:
        raise ValueError('seed: its low 32 bits are 0')
    words = array('I', islice(_xorshift(low), (length + 3) // 4))
    if sys.byteorder == 'big':
        words.byteswap()
    return words.tobytes()[:length]


def text_of(gen: str, seed: int, length: int) -> str:
    """A JSON string of so many characters, quotation marks included."""
    if not 2 <= length <= MOST_BYTES:
        raise ValueError(f'bytes: 2 to {MOST_BYTES} are made')
    return f'"{data_of(gen, seed, length - 2).translate(_LETTERS).decode("ascii")}"'


def _xorshift(x: int) -> Iterator[int]:
    while True:
        x ^= (x << 13) & 0xFFFFFFFF
        x ^= x >> 17
        x ^= (x << 5) & 0xFFFFFFFF
        yield x
