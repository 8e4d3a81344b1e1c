"""The stores that the harness has open, by the names that it gave their handles."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar

from .disk import Disk
from .errors import StoreError
from .wire import Params


class Abandonable(Protocol):
    """A store that can be let go as the death of the process would."""

    disk: Disk

    def abandon(self) -> None:
        """Closes descriptors and changes no byte."""


Store = TypeVar('Store', bound=Abandonable)


class Failed(Exception):
    """A store's error as the wire says it; `definite` where no call changed the disk."""

    def __init__(self, error: StoreError | OSError, *, definite: bool) -> None:
        super().__init__(str(error))
        self.error = error
        self.definite = definite


class Handles(Generic[Store]):
    """Names in, stores out; a name that is not open is the error `no-handle`."""

    def __init__(self) -> None:
        self._open: dict[str, Store] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._open

    def put(self, name: str, store: Store) -> None:
        """Names a store that was opened."""
        self._open[name] = store

    def drop(self, name: str) -> bool:
        """Forgets a handle without changing a byte; False where it is not open."""
        store = self._open.pop(name, None)
        if store is not None:
            store.abandon()
        return store is not None

    def reset(self) -> None:
        """Forgets every handle."""
        for name in list(self._open):
            self.drop(name)

    @contextmanager
    def asked(self, params: Params) -> Iterator[Store]:
        """The store that a call is for."""
        store = self._open.get(params.handle())
        if store is None:
            raise Failed(StoreError('no-handle'), definite=True)
        with telling(store.disk):
            yield store

    @contextmanager
    def closing(self, params: Params) -> Iterator[Store]:
        """The same; the handle is forgotten, also where closing fails."""
        with self.asked(params) as store:
            del self._open[params.handle()]
            yield store


@contextmanager
def telling(disk: Disk) -> Iterator[None]:
    """Says of a store's failure whether the disk is as it was."""
    before = disk.changes
    try:
        yield
    except (StoreError, OSError) as error:
        raise Failed(error, definite=disk.changes == before) from error
