"""JSON text: what is a value, what is a record, what is kept verbatim."""

import unittest
from dataclasses import dataclass
from unittest import mock

from starter.codec import decode, encode
from starter.json_text import NotJson, is_one_value, without_space

_VALUES = (
    '0', '-0', '1.5', '1e9', '-1E-9', '"a"', '"\\u00e9\\n"', '"\\ud800"', 'null', 'true', 'false',
    '[]', '{}', '[1,[2,{"a":[]}],{}]', ' { "a" : 1 , "a" : 2 } ', '9' * 5000, '"\x7f"',
)
_NO_VALUES = (
    '', ' ', '01', '+1', '1.', '.5', '1e', 'nul', 'True', 'NaN', "'a'", '"a', '"\n"', '"\\x"',
    '[1,]', '[,1]', '{"a"}', '{"a":}', '{a:1}', '{"a":1,}',
    '[1}', '1 2',
    '[1][2]', '\ufeff1', '\xa01', ']',
)


@dataclass(frozen=True, slots=True)
class _Inner:
    is_there: bool


@dataclass(frozen=True, slots=True)
class _Record:
    text_one: str
    count: int
    maybe: str | None
    raw: bytes
    inner: _Inner


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    count: int
    maybe: str | None
    other: str
    raw: bytes


_WHOLE = _Record('é"\x01', 7, None, b'{ "x" : 1.0 }', _Inner(True))


class JsonText(unittest.TestCase):
    def test_values(self) -> None:
        for text in _VALUES:
            with self.subTest(text[:20]):
                self.assertTrue(is_one_value(text.encode()))

    def test_no_values(self) -> None:
        for text in _NO_VALUES:
            with self.subTest(text):
                self.assertFalse(is_one_value(text.encode()))

    def test_depth_costs_no_recursion(self) -> None:
        depth = 200_000
        self.assertTrue(is_one_value(b'[' * depth + b']' * depth))
        self.assertFalse(is_one_value(b'{"a":' * depth))

    def test_space_goes_outside_of_strings_only(self) -> None:
        text = b' { "a b\\" " : [ 1.0 ,\t2e5 ] ,\r\n"a b\\" ":"  " } '
        self.assertEqual(without_space(text), b'{"a b\\" ":[1.0,2e5],"a b\\" ":"  "}')


class Records(unittest.TestCase):
    def test_written_and_read(self) -> None:
        text = encode(_WHOLE)
        due = '{"textOne":"é\\"\\u0001","count":7,"raw":{ "x" : 1.0 },"inner":{"isThere":true}}'
        self.assertEqual(text.decode(), due)
        self.assertEqual(decode(_Record, text), _WHOLE)

    def test_read_in_any_order_and_spelling(self) -> None:
        text = (
            ' { "other":[1], "inner" : {"isThere":true} , "raw":{ "x" : 1.0 }, "maybe":null,'
            ' "other":2, "count":7,"text\\u004fne":"\\u00e9\\"\\u0001" } \r'
        )
        self.assertEqual(decode(_Record, text.encode()), _WHOLE)

    def test_not_read(self) -> None:
        text = encode(_WHOLE).decode()
        for wrong in (
            text + '1', text[:-1], text.replace('7', '7.0'), text.replace('7', '-7'),
            text.replace('7', '07'), text.replace('7', '18446744073709551616'),
            text.replace('"count":7', '"count":7,"count":7'), text.replace('"count":7,', ''),
            text.replace('7', 'null'), text.replace('true', '1'), text.replace('é', '\\ud800'),
            f'[{text}]', '["é",7,null,1,[true]]', '\ufeff' + text,
        ):
            with self.subTest(wrong), self.assertRaises(NotJson):
                decode(_Record, wrong.encode())
        with self.assertRaises(NotJson):
            decode(_Record, text.encode('latin-1'))

    def test_lines_as_writers_make_them_are_read_no_otherwise(self) -> None:
        """The short way against the long one, on every small change of a line."""
        lines = [
            encode(_Line('s', 1, maybe, 'é', raw))
            for maybe in (None, 'm')
            for raw in (b'{"a":[1,"}"]}', b'0', b' 0', b'0 ', b'"x\\""')
        ]
        pieces = (b'', b'"', b',', b'0', b' ', b'\\', b'}', b'\n', b'\xff', b'\xc2\xa0')
        for line in lines[:]:
            for at in range(len(line)):
                lines += [line[:at] + piece + line[at:] for piece in pieces]
                lines += [line[:at] + piece + line[at + 1 :] for piece in pieces]
        short = [self._read(line) for line in lines]
        with mock.patch('starter.codec._plain', return_value=None):
            long = [self._read(line) for line in lines]
        for line, one, other in zip(lines, short, long, strict=True):
            self.assertEqual(one, other, line)
        self.assertGreater(sum(one is not None for one in short), 1000)

    def _read(self, line: bytes) -> '_Line | None':
        try:
            return decode(_Line, line)
        except NotJson:
            return None
