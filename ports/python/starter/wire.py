"""JSON-RPC messages in lines, and the parameters of a call."""

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, TypeVar

from .recipe import data_of, text_of

JsonObject = dict[str, Any]

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
RESULT_TOO_LONG = -32001
NOT_INITIALIZED = -32002
NO_COMMON_VERSION = -32003

MAX_LINE_BYTES = 8_388_608

Made = TypeVar('Made', str, bytes)

_HANDLE = re.compile(r'[A-Za-z0-9_.:-]{1,64}')
_U64_MAX = (1 << 64) - 1
_U64 = re.compile(r'0|[1-9][0-9]{0,19}')
_TIME = re.compile(r'[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z')


class CallError(Exception):
    """The call itself is wrong, not the store."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def read_line(stream: BinaryIO, limit: int) -> bytes | None:
    """The next line without its LF; None at the end, where half a line was never sent.

    A line above `limit` is read away and answered by a `CallError`.
    """
    line = stream.readline(limit + 1)
    if line.endswith(b'\n'):
        return line[:-1]
    if len(line) <= limit:
        return None
    while not line.endswith(b'\n'):
        line = stream.readline(1 << 16)
        if not line:
            return None
    raise CallError(PARSE_ERROR, 'the line is too long')


def write_line(stream: BinaryIO, line: bytes) -> None:
    """One line; whoever waits for it must not wait for a full buffer."""
    stream.write(line + b'\n')
    stream.flush()


def encoded(message: JsonObject) -> bytes:
    """A message as a line of ASCII, without its LF."""
    return json.dumps(message, ensure_ascii=True, separators=(',', ':')).encode('ascii')


def parse(line: bytes) -> Any:
    """The JSON value of a line. Deep nesting and endless numbers are bad input, no defect."""
    try:
        return json.loads(line.decode('utf-8'))
    except (ValueError, RecursionError) as error:
        raise CallError(PARSE_ERROR, f'not JSON: {error}') from error


class Params:
    """The parameters of one call; each reader answers INVALID_PARAMS where one does not fit."""

    def __init__(self, members: Mapping[str, Any]) -> None:
        self._members = members

    def text(self, name: str) -> str:
        value = self._members.get(name)
        if not isinstance(value, str):
            raise CallError(INVALID_PARAMS, f'{name}: a string is expected')
        return value

    def text_or_none(self, name: str) -> str | None:
        if name in self._members and self._members[name] is None:
            return None
        return self.text(name)

    def choice(self, name: str, options: tuple[str, ...]) -> str:
        """One of the options, the first where the member is absent."""
        if name not in self._members:
            return options[0]
        value = self.text(name)
        if value not in options:
            raise CallError(INVALID_PARAMS, f'{name}: not one of {", ".join(options)}')
        return value

    def handle(self) -> str:
        return self._matching('h', _HANDLE)

    def number(self, name: str) -> int:
        value = int(self._matching(name, _U64))
        if value > _U64_MAX:
            raise CallError(INVALID_PARAMS, f'{name}: more than 64 bits')
        return value

    def time(self) -> str:
        return self._matching('at', _TIME)

    def directory(self) -> str:
        value = self.text('dir')
        if not value.startswith('/') or '\0' in value:
            raise CallError(INVALID_PARAMS, 'dir: an absolute path is expected')
        return value

    def data(self, name: str) -> bytes:
        """Bytes: base64, or a recipe."""
        if isinstance(self._members.get(name), dict):
            return self._made(name, data_of)
        try:
            return base64.b64decode(self.text(name), validate=True)
        except ValueError as error:
            raise CallError(INVALID_PARAMS, f'{name}: not base64') from error

    def json_text(self, name: str) -> str:
        """A JSON document that a store keeps: its text, or a recipe for one."""
        if isinstance(self._members.get(name), dict):
            return self._made(name, text_of)
        return self.text(name)

    def members(self, name: str) -> Mapping[str, Any]:
        value = self._members.get(name)
        if not isinstance(value, dict):
            raise CallError(INVALID_PARAMS, f'{name}: an object is expected')
        return value

    def _made(self, name: str, make: Callable[[str, int, int], Made]) -> Made:
        recipe = Params(self.members(name))
        seed = recipe.number('seed') if 'seed' in recipe._members else 1
        try:
            return make(recipe.text('gen'), seed, recipe.number('bytes'))
        except ValueError as error:
            raise CallError(INVALID_PARAMS, f'{name}: {error}') from error

    def _matching(self, name: str, pattern: re.Pattern[str]) -> str:
        value = self.text(name)
        if pattern.fullmatch(value) is None:
            raise CallError(INVALID_PARAMS, f'{name}: does not fit {pattern.pattern}')
        return value
