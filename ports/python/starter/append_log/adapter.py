"""The append-only log behind the port protocol."""

import base64
from collections.abc import Mapping

from ..disk import Disk
from ..errors import StoreError
from ..handles import Failed, Handles, telling
from ..server import Method
from ..wire import JsonObject, Params
from .store import AppendLog


class AppendLogService:
    """The kind `append-log`."""

    kind = 'append-log'

    def __init__(self) -> None:
        self.handles: Handles[AppendLog] = Handles()

    def claims(self) -> JsonObject:
        return {
            'policy': 'safe',
            'profiles': ['full'],
            'ops': list(self.methods()),
            'holds': ['memory', 'process', 'power'],
        }

    def methods(self) -> Mapping[str, Method]:
        return {
            'open': self._open, 'append': self._append, 'sync': self._sync, 'read': self._read,
            'close': self._close,
        }

    def _open(self, params: Params) -> JsonObject:
        handle, disk = params.handle(), Disk(params.directory())
        is_durable = params.choice('durability', ('none', 'entry')) == 'entry'
        params.time()
        if handle in self.handles:
            raise Failed(StoreError('already-open'), definite=True)
        with telling(disk):
            self.handles.put(handle, AppendLog.open(disk, 'entry' if is_durable else 'none'))
        return {}

    def _append(self, params: Params) -> JsonObject:
        payload = params.data('payload')
        params.time()
        with self.handles.asked(params) as log:
            log.append(payload)
        return {}

    def _sync(self, params: Params) -> JsonObject:
        params.time()
        with self.handles.asked(params) as log:
            log.sync()
        return {}

    def _read(self, params: Params) -> JsonObject:
        with self.handles.asked(params) as log:
            entries = log.read()
        return {'entries': [base64.b64encode(entry).decode('ascii') for entry in entries]}

    def _close(self, params: Params) -> JsonObject:
        params.time()
        with self.handles.closing(params) as log:
            log.close()
        return {}
