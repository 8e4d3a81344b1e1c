"""What a store answers where it does not do what it was asked."""

import errno

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class StoreError(Exception):
    """A refusal or a failure under a stable code."""

    def __init__(self, code: str, message: str = '') -> None:
        super().__init__(message or code)
        self.code = code


def code_of(error: OSError) -> str:
    """The code of a failed file call; O_NOFOLLOW answers ELOOP where it meets a link."""
    if error.errno in _FULL:
        return 'no_space'
    if error.errno == errno.ELOOP:
        return 'symlink_refused'
    if error.errno is None:
        return 'io-other'
    return f'io-{errno.errorcode.get(error.errno, str(error.errno)).lower()}'
