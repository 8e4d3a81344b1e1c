"""A reader, while somebody else rolls back."""

import os
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from unittest import mock

from starter.disk import Disk
from starter.errors import StoreError
from starter.session_store.store import SessionStore
from starter.session_store.survey import survey, survey_beside_others

from .faults import Calls, Killed
from .support import AT, StoreCase, append

_LOOKING = ('stat', 'listdir', 'open')


class Beside(StoreCase):
    """Three segments, of which a rollback to the checkpoint cuts one and sets two aside."""

    def setUp(self) -> None:
        super().setUp()
        store, _ = self.opened(500)
        append(store, 1)
        store.checkpoint(1, 'manual', AT)
        for n in range(2, 6):
            append(store, n)
        store.close()
        self.kept = self.root.parent / 'kept'
        shutil.copytree(self.root, self.kept)

    def test_a_rollback_is_seen_as_not_begun_or_as_done(self) -> None:
        looks, _ = self._inspect(None, lambda: None)
        steps = Calls()
        self._roll_back(steps)
        self.assertGreater(min(looks, len(steps.made)), 15)
        shown = set()
        for at in range(looks):
            for step in range(at % 7, len(steps.made), 7):
                self._again()
                store = SessionStore.create(Disk(str(self.root)), 500)[0]
                _, found = self._inspect(at, lambda: self._roll_back(Calls(step), store))
                store.abandon()
                with self.subTest(at, step=step):
                    self.assertIn(found, (['e1'], ['e1', 'e2', 'e3', 'e4', 'e5']))
                shown.add(len(found))
        self.assertEqual(shown, {1, 5})

    def test_a_store_that_never_rests_is_no_store_to_show(self) -> None:
        ledger = self.root / 'migrations' / 'ledger.jsonl'

        def grow() -> None:
            with ledger.open('ab') as file:
                file.write(b'\n')

        with self._looking(lambda: grow()), self.assertRaises(StoreError) as refused:
            SessionStore.inspect(Disk(str(self.root)), 500)
        self.assertEqual(refused.exception.code, 'store_changing')

    def test_an_intent_is_stale_where_it_stays_so(self) -> None:
        """It fits nothing between two steps; another look tells."""
        disk = Disk(str(self.root))
        whole, between = survey(disk, 'refuse'), survey(disk, 'refuse')
        between.refusals = ['intent_stale']
        for looks, shown in (([between, whole], whole), ([between, between, whole], between)):
            with mock.patch('starter.session_store.survey.survey', side_effect=looks):
                self.assertIs(survey_beside_others(disk), shown)

    def _again(self) -> None:
        shutil.rmtree(self.root)
        shutil.copytree(self.kept, self.root)

    def _inspect(self, at: int | None, meddle: Callable[[], object]) -> tuple[int, list[str]]:
        """Meddles before the file call of that number. How many there were, and what was shown."""
        made = 0

        def look() -> None:
            nonlocal made
            made += 1
            if made - 1 == at:
                meddle()

        with self._looking(look):
            store, _ = SessionStore.inspect(Disk(str(self.root)), 500)
        # What is read from here on may be gone: it was cut since.
        return made, [entry.row.entry_id for entry in store.entries]

    def _looking(self, look: Callable[[], None]) -> ExitStack:
        """Calls `look` before each file call of a block, but not of what it does itself."""
        stack = ExitStack()
        is_in = False

        def around(real: Callable[..., Any]) -> Callable[..., Any]:
            def call(*args: Any, **named: Any) -> Any:
                nonlocal is_in
                if not is_in:
                    is_in = True
                    look()
                    is_in = False
                return real(*args, **named)

            return call

        for name in _LOOKING:
            stack.enter_context(mock.patch(f'os.{name}', around(getattr(os, name))))
        return stack

    def _roll_back(self, calls: Calls, store: SessionStore | None = None) -> None:
        store = store or SessionStore.create(Disk(str(self.root)), 500)[0]
        with calls.watched():
            try:
                store.rollback(1, 'm', 'c', AT)
            except Killed:
                pass
