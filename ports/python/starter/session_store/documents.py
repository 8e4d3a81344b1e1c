"""Documents that are replaced as a whole, and what of a caller's texts a store takes."""

from typing import TypeVar

from ..codec import U64_MAX, decode, encode_pretty
from ..disk import Disk
from ..errors import StoreError
from ..json_text import NotJson, is_one_value, without_space
from . import names
from .records import Checkpoint, Manifest

Document = TypeVar('Document', Checkpoint, Manifest)


def payload_bytes(entry_id: str, parent: str | None, entry_type: str, payload: str) -> bytes:
    """The bytes to store for a payload: verbatim but for white space outside of strings."""
    try:
        for text in (entry_id, parent or '', entry_type):
            text.encode('utf-8')
        data = payload.encode('utf-8')
    except UnicodeEncodeError as error:
        raise StoreError('not_unicode') from error
    if not is_one_value(data):
        raise StoreError('payload_not_json')
    return without_space(data)


def checkpoint_name(seq: int) -> str:
    """The path of a checkpoint; StoreError where no u64 is given."""
    if seq > U64_MAX:
        raise StoreError('not_u64')
    return names.checkpoint(seq)


def encoded(record: Checkpoint | Manifest) -> bytes:
    """The text of a document; StoreError where a text of the caller is no Unicode."""
    try:
        data = encode_pretty(record)
    except UnicodeEncodeError as error:
        raise StoreError('not_unicode') from error
    if len(data) > names.MAX_DOCUMENT:
        raise StoreError('file_too_large')
    return data


def read(disk: Disk, kind: type[Document], name: str) -> Document | None:
    """A document as it stands; None where there is none."""
    data = disk.read(name, names.MAX_DOCUMENT)
    try:
        return None if data is None else decode(kind, data)
    except NotJson as error:
        raise StoreError('json') from error
