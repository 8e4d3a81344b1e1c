"""Answers the calls of the harness: the handshake, the lifecycle, and what the kinds serve."""

import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

from . import wire
from .errors import StoreError, code_of
from .handles import Failed, Handles
from .wire import CallError, JsonObject, Params

VERSION = '1'
_PROTOCOL = 1
_IN_FLIGHT = 64

Method = Callable[[Params], JsonObject]


class Service(Protocol):
    """One kind of store behind the protocol."""

    kind: str
    handles: Handles[Any]

    def claims(self) -> JsonObject:
        """What the handshake says of this kind."""

    def methods(self) -> Mapping[str, Method]:
        """The operations by their names."""


@dataclass
class _Session:
    greeted: bool = False
    ended: bool = False
    dying: bool = False
    longest_answer: int = wire.MAX_LINE_BYTES


class Server:
    """Serves calls one by one, in the order in which they come."""

    def __init__(self, services: Sequence[Service]) -> None:
        self._services = services
        self._session = _Session()
        self._own: dict[str, Method] = {
            'initialize': self._initialize, 'ping': lambda _: {}, 'drop': self._drop,
            'reset': self._reset, 'shutdown': self._shutdown, 'exit': self._exit,
        }
        self._kinds = {
            f'{service.kind}/{name}': method
            for service in services
            for name, method in service.methods().items()
        }

    def run(self, source: BinaryIO, sink: BinaryIO) -> None:
        """Answers until the input ends or a shutdown is asked for."""
        while not self._session.ended:
            try:
                line = wire.read_line(source, wire.MAX_LINE_BYTES)
                if line is None:
                    return
                answer = self._answer(line)
            except CallError as error:
                answer = _error(None, error.code, str(error))
            if answer is not None:
                wire.write_line(sink, self._encoded(answer))
            if self._session.dying:
                os._exit(0)

    def _answer(self, line: bytes) -> JsonObject | None:
        """The answer to one line; None where there is nothing to answer."""
        if not line.strip():
            return None
        message = wire.parse(line)
        if not isinstance(message, dict):
            return _error(None, wire.INVALID_REQUEST, 'not a request')
        if 'id' not in message:
            return None
        call_id = message['id']
        if not _is_request(message):
            known = call_id if _is_id(call_id) else None
            return _error(known, wire.INVALID_REQUEST, 'not a request')
        return self._perform(call_id, message['method'], message.get('params', {}))

    def _encoded(self, answer: JsonObject) -> bytes:
        """An answer as a line, or one that says that it is longer than the harness accepts."""
        line = wire.encoded(answer)
        if len(line) <= self._session.longest_answer:
            return line
        too_long = _error(answer['id'], wire.RESULT_TOO_LONG, 'the result is too long')
        return wire.encoded(too_long)

    def _perform(self, call_id: int, name: str, params: Any) -> JsonObject:
        try:
            method = self._method(name)
            if not isinstance(params, dict):
                raise CallError(wire.INVALID_PARAMS, 'params: an object is expected')
            return {'jsonrpc': '2.0', 'id': call_id, 'result': method(Params(params))}
        except CallError as error:
            return _error(call_id, error.code, str(error))
        except Failed as error:
            data = {'code': _code(error.error), 'definite': error.definite}
            return _error(call_id, 1, str(error), data)
        except Exception as error:  # A defect must not take the handles of other cases along.
            traceback.print_exc(file=sys.stderr)
            data = {'code': 'internal', 'definite': False}
            return _error(call_id, 1, f'{type(error).__name__}: {error}', data)

    def _method(self, name: str) -> Method:
        if not self._session.greeted and name not in ('initialize', 'ping'):
            raise CallError(wire.NOT_INITIALIZED, 'not initialized')
        method = self._own.get(name) or self._kinds.get(name)
        if method is None:
            raise CallError(wire.METHOD_NOT_FOUND, 'no such method')
        return method

    def _initialize(self, params: Params) -> JsonObject:
        if self._session.greeted:
            raise CallError(wire.INVALID_REQUEST, 'initialized before')
        versions = params.members('protocol')
        lowest, highest = versions.get('min'), versions.get('max')
        if not isinstance(lowest, int) or not isinstance(highest, int):
            raise CallError(wire.INVALID_PARAMS, 'protocol: min and max are expected')
        if not lowest <= _PROTOCOL <= highest:
            raise CallError(wire.NO_COMMON_VERSION, f'only protocol {_PROTOCOL} is spoken')
        longest = params.members('limits').get('maxLineBytes')
        if not isinstance(longest, int) or longest < 1:
            raise CallError(wire.INVALID_PARAMS, 'limits: maxLineBytes is expected')
        self._session = _Session(greeted=True, longest_answer=longest)
        return {
            'protocol': _PROTOCOL,
            'port': {'name': 'starter-python', 'version': VERSION},
            'kinds': {service.kind: service.claims() for service in self._services},
            'features': ['exit', 'recipes'],
            'limits': {'maxLineBytes': wire.MAX_LINE_BYTES, 'inFlight': _IN_FLIGHT},
        }

    def _drop(self, params: Params) -> JsonObject:
        handle = params.handle()
        if not any([service.handles.drop(handle) for service in self._services]):
            raise Failed(StoreError('no-handle'), definite=True)
        return {}

    def _reset(self, _: Params) -> JsonObject:
        for service in self._services:
            service.handles.reset()
        return {}

    def _shutdown(self, _: Params) -> JsonObject:
        self._session.ended = True
        return {}

    def _exit(self, params: Params) -> JsonObject:
        """Ends as a kill would: no store is closed, nothing is flushed but the answer."""
        when = params.text('when')
        if when == 'before_reply':
            os._exit(0)
        if when != 'after_reply':
            raise CallError(wire.INVALID_PARAMS, 'when: before_reply or after_reply is expected')
        self._session.dying = True
        return {}


def _code(error: StoreError | OSError) -> str:
    return error.code if isinstance(error, StoreError) else code_of(error)


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_request(message: JsonObject) -> bool:
    fits = message.get('jsonrpc') == '2.0' and isinstance(message.get('method'), str)
    return fits and _is_id(message['id'])


def _error(
    call_id: int | None, code: int, message: str, data: JsonObject | None = None
) -> JsonObject:
    error: JsonObject = {'code': code, 'message': message}
    if data is not None:
        error['data'] = data
    return {'jsonrpc': '2.0', 'id': call_id, 'error': error}
