"""The session store behind the port protocol."""

from collections.abc import Callable, Mapping
from typing import Any

from .. import wire
from ..codec import from_wire, to_wire
from ..disk import Disk
from ..handles import Handles, telling
from ..server import Method
from ..wire import CallError, JsonObject, Params
from . import names
from .records import Event, Opened
from .store import SessionStore

Ask = Callable[[SessionStore, Params], Any]


class SessionStoreService:
    """The kind `session-store-v2`."""

    kind = 'session-store-v2'

    def __init__(self) -> None:
        self.handles: Handles[SessionStore] = Handles()

    def claims(self) -> JsonObject:
        return {
            'policy': 'safe',
            'profiles': ['reader', 'core', 'full'],
            'ops': [*self.methods(), 'drop'],
            'holds': ['process', 'power'],
        }

    def methods(self) -> Mapping[str, Method]:
        # With the member of the result that an answer becomes, or None where it is all of it.
        asked: dict[str, tuple[str | None, Ask]] = {
            'append': ('row', _append),
            'sync': (None, lambda store, p: (p.time(), store.sync())),
            'lookup': ('frame', lambda store, p: store.lookup(p.number('seq'))),
            'all': ('frames', lambda store, p: store.read_from(0)),
            'from': ('frames', lambda store, p: store.read_from(p.number('seq'))),
            'tail': ('frames', lambda store, p: store.tail(p.number('n'))),
            'path': ('frames', lambda store, p: store.path(p.text('leaf'))),
            'segment': ('frames', lambda store, p: store.segment(p.number('seq'))),
            'index': ('rows', lambda store, p: store.rows()),
            'summary': ('summary', lambda store, p: store.summary()),
            'state': (None, lambda store, p: store.state()),
            'checkpoint': ('checkpoint', _checkpoint),
            'readCheckpoint': ('checkpoint', lambda s, p: s.read_checkpoint(p.number('seq'))),
            'rollback': ('event', _rollback),
            'ledgerAppend': (None, _ledger_append),
            'ledger': ('events', lambda store, p: store.read_ledger()),
            'manifest': ('manifest', _manifest),
            'readManifest': ('manifest', lambda store, p: store.read_manifest()),
            'rebuild': ('count', lambda store, p: (p.time(), store.rebuild())[1]),
            'validate': (None, lambda store, p: store.validate()),
        }  # fmt: skip
        return {
            'create': self._create,
            'inspect': self._inspect,
            'close': self._close,
            **{name: self._on(member, ask) for name, (member, ask) in asked.items()},
            'sidecar': lambda p: {'path': names.sidecar(p.text('path'))},
            'hasSidecar': lambda p: {'exists': names.has_sidecar(p.text('path'))},
        }

    def _create(self, params: Params) -> JsonObject:
        threshold = params.number('max')
        is_durable = params.choice('durability', ('none', 'entry')) == 'entry'
        keeps_prefix = params.choice('onGap', ('refuse', 'keep-prefix')) == 'keep-prefix'
        params.time()
        return self._open(params, lambda disk: SessionStore.create(
            disk, threshold, 'entry' if is_durable else 'none',
            'keep-prefix' if keeps_prefix else 'refuse',
        ))  # fmt: skip

    def _inspect(self, params: Params) -> JsonObject:
        threshold = params.number('max')
        return self._open(params, lambda disk: SessionStore.inspect(disk, threshold))

    def _open(
        self, params: Params, opening: Callable[[Disk], tuple[SessionStore, Opened]]
    ) -> JsonObject:
        handle, disk = params.handle(), Disk(params.directory())
        self.handles.drop(handle)
        with telling(disk):
            store, opened = opening(disk)
        self.handles.put(handle, store)
        # Members of repairs and notices are left out where they are absent, never null.
        lists = {
            name: [{k: v for k, v in to_wire(item).items() if v is not None} for item in items]
            for name, items in (('repairs', opened.repairs), ('notices', opened.notices))
        }
        return {'entryCount': str(opened.entry_count), **lists}

    def _close(self, params: Params) -> JsonObject:
        params.time()
        with self.handles.closing(params) as store:
            store.close()
        return {}

    def _on(self, member: str | None, ask: Ask) -> Method:
        def method(params: Params) -> JsonObject:
            with self.handles.asked(params) as store:
                answer = _shaped(ask(store, params))
            if member is not None:
                return {member: answer}
            return answer if isinstance(answer, dict) else {}

        return method


def _append(store: SessionStore, params: Params) -> Any:
    texts = params.text('id'), params.text_or_none('parent'), params.text('type')
    return store.append(*texts, params.json_text('payload'), params.time())


def _checkpoint(store: SessionStore, params: Params) -> Any:
    return store.checkpoint(params.number('seq'), params.text('reason'), params.time())


def _rollback(store: SessionStore, params: Params) -> Any:
    ids = params.text('migrationId'), params.text('correlationId')
    return store.rollback(params.number('seq'), *ids, params.time())


def _ledger_append(store: SessionStore, params: Params) -> None:
    try:
        event = from_wire(Event, params.members('event'))
    except TypeError as error:
        raise CallError(wire.INVALID_PARAMS, f'event: {error}') from error
    store.ledger_append(event, params.time())


def _manifest(store: SessionStore, params: Params) -> Any:
    texts = params.text('sessionId'), params.text('sourceFormat')
    return store.write_manifest(*texts, params.time())


def _shaped(answer: Any) -> Any:
    """Records as the protocol spells them; a count as a string."""
    if isinstance(answer, list):
        return [to_wire(record) for record in answer]
    if isinstance(answer, int):
        return str(answer)
    return answer if answer is None or isinstance(answer, tuple) else to_wire(answer)
