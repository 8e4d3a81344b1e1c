"""Your log: fill in the five operations, and `abandon`. driver.py asks them.

Until an operation is written it answers `not_supported`, with the line to go to.
"""


class Refused(Exception):
    """The log says no, and has changed nothing on the disk. `code`: a-z, 0-9, - and _."""

    def __init__(self, code: str, message: str = '') -> None:
        super().__init__(message or code)
        self.code = code


class Log:
    """One open log. Its files stand in `directory`, which exists; an entry is any bytes."""

    def __init__(self, directory: str, each_append_is_durable: bool) -> None:
        raise NotImplementedError(
            'open the log in `directory`, or make it. What a crash left is put right here: '
            'find the last whole entry, and cut what is behind it'
        )

    def append(self, payload: bytes) -> None:
        raise NotImplementedError(
            'write one entry behind the last. Once this returns, it must survive a kill of the '
            'process; a power cut too, where `each_append_is_durable` (fsync)'
        )

    def sync(self) -> None:
        raise NotImplementedError(
            'fsync: every entry that was appended must survive a power cut from here on'
        )

    def read(self) -> 'list[bytes]':
        raise NotImplementedError('every entry, in order; change nothing')

    def close(self) -> None:
        raise NotImplementedError('close the files; the log will be opened again')

    def abandon(self) -> None:
        """Stands for the death of the process: what was not written yet is lost."""
        raise NotImplementedError(
            'close the file descriptors and write nothing: no flush, no footer, no lock removed'
        )
