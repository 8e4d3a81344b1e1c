#!/usr/bin/env python3
"""{{name}}: puts the log in store.py behind the port protocol, one JSON object a line.

Nothing needs to be changed here until your log works. Whatever is printed goes to stderr.
"""

import base64
import errno
import json
import os
import re
import sys
import traceback
from typing import Any, Callable, Dict, Optional

from store import Log, Refused

Json = Dict[str, Any]

LONGEST_LINE = 8_388_608
OPERATIONS = ['open', 'append', 'sync', 'read', 'close']
# `holds`: what an acknowledgement can survive. Without 'process' an append may wait in the memory
# of the process until `sync`; without 'power' nothing is asked of a power cut.
CLAIMS = {'append-log': {
    'policy': 'safe', 'profiles': ['full'], 'ops': OPERATIONS, 'holds': ['process', 'power'],
}}  # fmt: skip


class CallError(Exception):
    """The call is wrong, not the log."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Server:
    """Answers one call after the other."""

    def __init__(self) -> None:
        self.logs: Dict[str, Log] = {}
        self.longest_answer = LONGEST_LINE
        self.greeted = self.ended = False
        self.methods: Dict[str, Callable[[Json], Json]] = {
            'initialize': self.initialize, 'ping': lambda _: {}, 'drop': self.drop,
            'reset': self.reset, 'shutdown': self.shutdown,
            'append-log/open': self.open, 'append-log/append': self.append,
            'append-log/sync': self.sync, 'append-log/read': self.read,
            'append-log/close': self.close,
        }  # fmt: skip

    def initialize(self, params: Json) -> Json:
        if self.greeted:
            raise CallError(-32600, 'initialized before')
        versions, limits = member(params, 'protocol', dict), member(params, 'limits', dict)
        if not member(versions, 'min', int) <= 1 <= member(versions, 'max', int):
            raise CallError(-32003, 'this port speaks version 1')
        self.longest_answer = member(limits, 'maxLineBytes', int)
        self.greeted = True
        return {
            'protocol': 1,
            'port': {'name': '{{name}}', 'version': '0.1.0'},
            'kinds': CLAIMS,
            'limits': {'maxLineBytes': LONGEST_LINE, 'inFlight': 64},
        }

    def drop(self, params: Json) -> Json:
        self.log(params)
        self.logs.pop(params['h']).abandon()
        return {}

    def reset(self, _: Json) -> Json:
        while self.logs:
            self.logs.popitem()[1].abandon()
        return {}

    def shutdown(self, _: Json) -> Json:
        self.ended = True
        return {}

    def open(self, params: Json) -> Json:
        handle, directory = name_of(params), member(params, 'dir', str)
        durability = params.get('durability', 'none')
        if durability not in ('none', 'entry') or not directory.startswith('/'):
            raise CallError(-32602, 'durability is none or entry, dir an absolute path')
        member(params, 'at', str)
        if handle in self.logs:
            raise Refused('already-open')
        self.logs[handle] = Log(directory, durability == 'entry')
        return {}

    def append(self, params: Json) -> Json:
        try:
            payload = base64.b64decode(member(params, 'payload', str), validate=True)
        except ValueError as error:
            raise CallError(-32602, 'payload: not base64') from error
        member(params, 'at', str)
        self.log(params).append(payload)
        return {}

    def sync(self, params: Json) -> Json:
        member(params, 'at', str)
        self.log(params).sync()
        return {}

    def read(self, params: Json) -> Json:
        entries = self.log(params).read()
        return {'entries': [base64.b64encode(entry).decode('ascii') for entry in entries]}

    def close(self, params: Json) -> Json:
        member(params, 'at', str)
        log = self.log(params)
        del self.logs[params['h']]
        log.close()
        return {}

    def log(self, params: Json) -> Log:
        """The log that a call names."""
        if name_of(params) not in self.logs:
            raise Refused('no-handle')
        return self.logs[params['h']]

    def answer(self, line: bytes) -> Optional[Json]:
        """The answer to one line; None where there is nothing to answer."""
        if not line.strip():
            return None
        try:
            call = json.loads(line.decode('utf-8'))
        except (ValueError, RecursionError):
            return failed(None, -32700, 'not JSON')
        if not isinstance(call, dict):
            return failed(None, -32600, 'not a request')
        if 'id' not in call:
            return None
        id, method, params = call['id'], call.get('method'), call.get('params', {})
        if type(id) is not int or not isinstance(method, str) or call.get('jsonrpc') != '2.0':
            return failed(id if type(id) is int else None, -32600, 'not a request')
        try:
            if not self.greeted and method not in ('initialize', 'ping'):
                raise CallError(-32002, 'not initialized')
            if method not in self.methods:
                raise CallError(-32601, 'no such method')
            if not isinstance(params, dict):
                raise CallError(-32602, 'params: an object is expected')
            return {'jsonrpc': '2.0', 'id': id, 'result': self.methods[method](params)}
        except CallError as error:
            return failed(id, error.code, str(error))
        except Exception as error:
            return refused(id, method.split('/')[-1], error)


def refused(id: int, operation: str, error: Exception) -> Json:
    """The error of a log. `definite` says that it changed nothing; False is always allowed."""
    if isinstance(error, Refused):
        code, definite, text = error.code, True, str(error)
    elif isinstance(error, NotImplementedError):
        place = traceback.extract_tb(error.__traceback__)[-1]
        file = os.path.basename(place.filename)
        text = f'implement {operation} in {file}, line {place.lineno}: {error}'
        code, definite = 'not_supported', True
        print(text, file=sys.stderr)
    elif isinstance(error, OSError) and error.errno is not None:
        code = 'io-' + errno.errorcode.get(error.errno, str(error.errno)).lower()
        definite, text = False, str(error)
    else:
        traceback.print_exc(file=sys.stderr)
        code, definite, text = 'internal', False, f'{type(error).__name__}: {error}'
    return failed(id, 1, text, {'code': code, 'definite': definite})


def failed(id: Optional[int], code: int, message: str, data: Optional[Json] = None) -> Json:
    error = {'code': code, 'message': message, **({} if data is None else {'data': data})}
    return {'jsonrpc': '2.0', 'id': id, 'error': error}


def member(params: Json, name: str, kind: type) -> Any:
    if type(params.get(name)) is not kind:
        raise CallError(-32602, f'{name}: not given, or no {kind.__name__}')
    return params[name]


def name_of(params: Json) -> str:
    handle = member(params, 'h', str)
    if re.fullmatch('[A-Za-z0-9_.:-]{1,64}', handle) is None:
        raise CallError(-32602, 'h: not the name of a handle')
    return handle


def main() -> None:
    # Answers have stdout for themselves: what anything else prints would break the protocol.
    answers = os.fdopen(os.dup(1), 'wb')
    os.dup2(2, 1)
    server = Server()
    while not server.ended:
        line = sys.stdin.buffer.readline(LONGEST_LINE + 1)
        if len(line) > LONGEST_LINE and not line.endswith(b'\n'):
            while line and not line.endswith(b'\n'):
                line = sys.stdin.buffer.readline(65_536)
            answer = failed(None, -32700, 'the line is too long')
        elif not line.endswith(b'\n'):
            return  # The end; half a line was never sent.
        else:
            answer = server.answer(line)
        if answer is None:
            continue
        text = json.dumps(answer, separators=(',', ':'))  # ASCII, whatever is in it
        if len(text) > server.longest_answer:
            text = json.dumps(failed(answer['id'], -32001, 'the result is too long'))
        answers.write(text.encode('ascii') + b'\n')
        answers.flush()  # The harness waits for this line.


if __name__ == '__main__':
    main()
