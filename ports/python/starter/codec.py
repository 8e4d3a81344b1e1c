"""Records are dataclasses: their JSON members follow from their fields, in the same order.

`int` is a u64, `U8` a smaller one, `str` text, `bytes` a JSON value kept as its bytes, and a field
that may be None is left out where it is.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from types import UnionType
from typing import Any, NewType, TypeVar, get_args, get_origin, get_type_hints

from .json_text import NotJson, Scan, is_one_value

U8 = NewType('U8', int)
U64_MAX = (1 << 64) - 1

Record = TypeVar('Record')

_quoted = json.JSONEncoder(ensure_ascii=False).encode
_PLAIN: dict[Any, str] = {
    int: '(0|[1-9][0-9]{0,19}+)', str: r'"([^"\\\x00-\x1f]*+)"',
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Member:
    attribute: str
    name: str
    type: Any
    optional: bool
    read: Callable[[Scan], Any]


def camel(attribute: str) -> str:
    """The JSON name of a field: `entry_seq` is `entrySeq`, and `from_` is `from`."""
    first, *rest = attribute.rstrip('_').split('_')
    return first + ''.join(part[0].upper() + part[1:] for part in rest)


def decode(kind: type[Record], data: bytes) -> Record:
    """Reads one JSON object: members in any order, unknown ones passed over.

    Raises NotJson where a member is missing, doubled or of another type, where anything else
    follows, and where the bytes are no UTF-8.
    """
    try:
        data.decode('utf-8')
    except UnicodeDecodeError as error:
        raise NotJson('not UTF-8') from error
    record = _plain(kind, data)
    if record is not None:
        return record
    scan = Scan(data)
    record = _read(kind, scan)
    scan.end()
    return record


def encode(record: Any) -> bytes:
    """The compact form, without an LF. Raises UnicodeEncodeError for half a surrogate pair."""
    return _text(record, None).encode('utf-8')


def encode_pretty(record: Any) -> bytes:
    """The form of documents: two spaces of indent, one behind a colon, no LF at the end."""
    return _text(record, 0).encode('utf-8')


def to_wire(record: Any) -> dict[str, Any]:
    """The record as the protocol sends it: u64 as strings, null where a member is absent."""
    return {
        member.name: _to_wire(member.type, getattr(record, member.attribute))
        for member in _members(type(record))
    }


def from_wire(kind: type[Record], given: Mapping[str, Any]) -> Record:
    """A record of texts and flags that came over the protocol; TypeError where one does not fit."""
    values: dict[str, Any] = {}
    for member in _members(kind):
        value = given.get(member.name)
        if is_dataclass(member.type):
            if not isinstance(value, dict):
                raise TypeError(f'{member.name}: an object is expected')
            value = from_wire(member.type, value)
        elif not isinstance(value, member.type) and not (value is None and member.optional):
            raise TypeError(f'{member.name}: {member.type.__name__} is expected')
        values[member.attribute] = value
    return kind(**values)


def _plain(kind: type[Record], data: bytes) -> Record | None:
    """What `_read` would answer, many times faster, for a line as writers make them: members in
    order, no space, no escape. None where the line is another, or the record has other members."""
    pattern = _pattern(kind)
    found = pattern.fullmatch(data) if pattern else None
    if found is None:
        return None
    values: list[Any] = []
    for member, text in zip(_members(kind), found.groups()):
        if text is None:
            values.append(None)
        elif member.type is str:
            values.append(text.decode('utf-8'))
        elif member.type is bytes:
            if not is_one_value(text) or text[:1].isspace() or text[-1:].isspace():
                return None
            values.append(text)
        else:
            values.append(int(text))
            if values[-1] > U64_MAX:
                return None
    return kind(*values)


@lru_cache(maxsize=None)
def _pattern(kind: type[Any]) -> re.Pattern[bytes] | None:
    """A line of texts and numbers, of which the last member may be any JSON value."""
    texts: list[str] = []
    last = _members(kind)[-1]
    for member in _members(kind):
        value = _PLAIN.get(member.type)
        if value is None and not (member is last and member.type is bytes):
            return None
        part = f'"{member.name}":{value or "(.+)"}'
        if member.optional and (not texts or member is last):
            return None
        # Behind the first member, so that the comma belongs to what may be absent.
        comma = ',' if texts else ''
        texts.append(f'(?:{comma}{part})?' if member.optional else comma + part)
    return re.compile((r'\{' + ''.join(texts) + r'\}').encode('ascii'), re.DOTALL)


def _read(kind: type[Record], scan: Scan) -> Record:
    members = _by_name(kind)
    values: dict[str, Any] = {}
    for name in scan.members():
        member = members.get(name)
        if member is None:
            scan.skip()
        elif member.attribute in values:
            raise NotJson(f'{name} stands twice')
        elif member.optional and scan.peek() == b'n'[0]:
            scan.word(b'null')
            values[member.attribute] = None
        else:
            values[member.attribute] = member.read(scan)
    for member in members.values():
        if member.attribute not in values:
            if not member.optional:
                raise NotJson(f'{member.name} is missing')
            values[member.attribute] = None
    return kind(**values)


@lru_cache(maxsize=None)
def _members(kind: type[Any]) -> tuple[_Member, ...]:
    hints = get_type_hints(kind)
    return tuple(_member(field.name, hints[field.name]) for field in fields(kind))


@lru_cache(maxsize=None)
def _by_name(kind: type[Any]) -> dict[str, _Member]:
    return {member.name: member for member in _members(kind)}


def _member(attribute: str, hint: Any) -> _Member:
    optional = get_origin(hint) is UnionType
    inner = get_args(hint)[0] if optional else hint
    return _Member(attribute, camel(attribute), inner, optional, _reader(inner))


def _reader(hint: Any) -> Callable[[Scan], Any]:
    if hint is str:
        return Scan.text
    if hint is bytes:
        return Scan.raw
    if hint is bool:
        return lambda scan: scan.word(b'true', b'false') == b'true'
    if hint is int:
        return lambda scan: scan.natural(U64_MAX)
    if hint is U8:
        return lambda scan: scan.natural(255)
    if get_origin(hint) is tuple:
        read = _reader(get_args(hint)[0])
        return lambda scan: tuple(read(scan) for _ in scan.elements())
    return lambda scan: _read(hint, scan)


def _text(value: Any, indent: int | None) -> str:
    if isinstance(value, bool):
        return 'true' if value else 'false'
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bytes):
        return value.decode('utf-8')
    if isinstance(value, tuple):
        return f'[{",".join(_text(item, indent) for item in value)}]'
    inside = None if indent is None else indent + 2
    colon = ':' if indent is None else ': '
    parts = [
        f'"{member.name}"{colon}{_text(item, inside)}'
        for member in _members(type(value))
        if (item := getattr(value, member.attribute)) is not None
    ]
    if indent is None or inside is None:
        return '{' + ','.join(parts) + '}'
    return '{\n' + ',\n'.join(' ' * inside + part for part in parts) + '\n' + ' ' * indent + '}'


def _to_wire(hint: Any, value: Any) -> Any:
    if value is None or isinstance(value, str | bool) or hint is U8:
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, bytes):
        return value.decode('utf-8')
    return to_wire(value)
