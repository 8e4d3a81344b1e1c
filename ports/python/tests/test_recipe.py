"""Recipes: the bytes that the page of the protocol shows, and what is no recipe."""

import json
import unittest
from typing import Any

from starter.recipe import data_of, text_of
from starter.wire import INVALID_PARAMS, CallError, Params


class Recipes(unittest.TestCase):
    def test_the_bytes_of_the_page(self) -> None:
        for gen, due in (
            ('zero', '0000000000000000'), ('counter', 'fafbfcfdfeff0001'),
            ('xorshift32le', '555ef7032bc38cef'),
        ):
            with self.subTest(gen):
                for length in (0, 5, 8):
                    self.assertEqual(data_of(gen, 250, length).hex(), due[: 2 * length])
        self.assertEqual(data_of('counter', (1 << 64) - 1, 600)[254:260].hex(), 'fdfeff000102')

    def test_text_is_a_json_string(self) -> None:
        self.assertEqual(text_of('counter', 62, 6), '"-_AB"')
        self.assertEqual(text_of('zero', 1, 2), '""')
        self.assertEqual(len(json.loads(text_of('xorshift32le', 7, 1_001))), 999)

    def test_a_call_holds_one(self) -> None:
        params = Params({
            'a': {'gen': 'counter', 'seed': '7', 'bytes': '3'},
            'b': {'gen': 'counter', 'bytes': '3'}, 'c': 'AQI=', 'd': '1',
        })  # fmt: skip
        data = [params.data(name).hex() for name in 'abc']
        self.assertEqual(data, ['070809', '010203', '0102'])
        self.assertEqual([params.json_text(name) for name in 'abd'], ['"H"', '"B"', '1'])

    def test_what_does_not_fit(self) -> None:
        wrong: tuple[Any, ...] = (
            {}, {'gen': 'zero'}, {'gen': 'ones', 'bytes': '2'}, {'gen': 'zero', 'bytes': 2},
            {'gen': 'zero', 'bytes': '134217729'}, {'gen': 'zero', 'seed': 1, 'bytes': '2'},
            {'gen': 'zero', 'bytes': '-1'}, {'gen': 'xorshift32le', 'seed': '0', 'bytes': '2'},
            {'gen': 'xorshift32le', 'seed': str(1 << 32), 'bytes': '2'}, [], None, 5,
        )
        for recipe in wrong:
            for read in (Params({'x': recipe}).data, Params({'x': recipe}).json_text):
                with self.subTest(str(recipe)), self.assertRaises(CallError) as refused:
                    read('x')
                self.assertEqual(refused.exception.code, INVALID_PARAMS)
        for length in ('0', '1'):
            with self.assertRaises(CallError):
                Params({'x': {'gen': 'zero', 'bytes': length}}).json_text('x')
