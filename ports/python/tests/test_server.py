"""The driver as the harness meets it: lines in, lines out."""

import io
import json
import tempfile
import unittest
from typing import Any
from unittest import mock

from starter.append_log.adapter import AppendLogService
from starter.server import Server
from starter.session_store.adapter import SessionStoreService

_AT = '2026-01-01T00:00:00.000Z'
_HELLO = {'protocol': {'min': 1, 'max': 1}, 'suite': {'name': 't', 'version': '1'}}


def _lines(*messages: Any, limit: int = 8_388_608) -> bytes:
    hello = {'method': 'initialize', 'params': {**_HELLO, 'limits': {'maxLineBytes': limit}}}
    calls = [hello, *messages]
    texts = [
        call if isinstance(call, str) else json.dumps({'jsonrpc': '2.0', 'id': n, **call})
        for n, call in enumerate(calls, 1)
    ]
    return ''.join(f'{text}\n' for text in texts).encode('utf-8', 'surrogatepass')


def _answers(data: bytes) -> list[dict[str, Any]]:
    sink = io.BytesIO()
    Server([AppendLogService(), SessionStoreService()]).run(io.BytesIO(data), sink)
    return [json.loads(line) for line in sink.getvalue().decode('ascii').splitlines()]


class Calls(unittest.TestCase):
    def test_wrong_calls(self) -> None:
        for call, code in (
            ({'method': 'session-store-v2/vacuum'}, -32601),
            ({'method': 'append-log/open', 'params': {'h': 'a'}}, -32602),
            ({'method': 'append-log/open', 'params': []}, -32602),
            ({'method': 'append-log/open', 'params': {'h': '/', 'dir': '/x', 'at': _AT}}, -32602),
            ({'method': 'session-store-v2/lookup', 'params': {'h': 'a', 'seq': 1}}, 1),
            ({'method': 'session-store-v2/inspect',
              'params': {'h': 'a', 'dir': '/x', 'max': str(1 << 64)}}, -32602),
            ({'method': 'initialize', 'params': {}}, -32600),
            ({'id': 'x', 'method': 'ping'}, -32600),
            ('{"jsonrpc":"2.0","id":2,"method":', -32700),
            ('[1]', -32600),
            ('"\ud800"', -32700),
            ('[' * 100_000, -32700),
            ('{"id":' + '9' * 10_000 + '}', -32700),
            (' ' * 9_000_000, -32700),
        ):
            with self.subTest(str(call)[:60]):
                answer = _answers(_lines(call))[1]
                self.assertEqual(answer['error']['code'], code)

    def test_what_needs_no_answer(self) -> None:
        quiet = ('', '  \r', '{"jsonrpc":"2.0","method":"log"}')
        self.assertEqual(len(_answers(_lines(*quiet, {'method': 'ping'}))), 2)

    def test_half_a_line_was_never_sent(self) -> None:
        self.assertEqual(len(_answers(_lines({'method': 'ping'})[:-1])), 1)

    def test_before_the_handshake(self) -> None:
        calls = [{'method': 'ping'}, {'method': 'reset'}]
        data = b''.join(_lines(call).split(b'\n')[1] + b'\n' for call in calls)
        answers = _answers(data)
        self.assertEqual(answers[0]['result'], {})
        self.assertEqual(answers[1]['error']['code'], -32002)

    def test_exit_ends_at_once_before_or_behind_its_answer(self) -> None:
        for when, answered in (('before_reply', 1), ('after_reply', 2)):
            sink = io.BytesIO()
            lines = io.BytesIO(_lines({'method': 'exit', 'params': {'when': when}},
                                      {'method': 'ping'}))  # fmt: skip
            with mock.patch('os._exit', side_effect=SystemExit), self.assertRaises(SystemExit):
                Server([AppendLogService()]).run(lines, sink)
            self.assertEqual(sink.getvalue().count(b'\n'), answered)
        wrong = _answers(_lines({'method': 'exit', 'params': {}}, {'method': 'ping'}))
        self.assertEqual(wrong[1]['error']['code'], -32602)
        self.assertEqual(wrong[2]['result'], {})

    def test_no_common_version(self) -> None:
        data = _lines().replace(b'"min": 1, "max": 1', b'"min": 2, "max": 3')
        self.assertEqual(_answers(data)[0]['error']['code'], -32003)

    def test_a_result_that_is_too_long(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            opened = {'h': 'a', 'dir': directory, 'at': _AT}
            entry = {'h': 'a', 'payload': 'AAAA' * 300, 'at': _AT}
            answers = _answers(_lines(
                {'method': 'append-log/open', 'params': opened},
                {'method': 'append-log/append', 'params': entry},
                {'method': 'append-log/read', 'params': {'h': 'a'}},
                {'method': 'ping'}, {'method': 'shutdown'}, {'method': 'ping'}, limit=1000,
            ))  # fmt: skip
        codes = [answer.get('error', {}).get('code') for answer in answers[1:]]
        self.assertEqual(codes, [None, None, -32001, None, None])

    def test_a_file_error_has_its_errno(self) -> None:
        nowhere = {'h': 'a', 'dir': '/nowhere/at/all', 'at': _AT}
        answer = _answers(_lines({'method': 'append-log/open', 'params': nowhere}))[1]
        self.assertEqual(answer['error']['data'], {'code': 'io-enoent', 'definite': True})
