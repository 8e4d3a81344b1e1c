#!/usr/bin/env python3
"""Serves both stores on stdin and stdout as ports/PROTOCOL.md says."""

import os
import sys

from starter.append_log.adapter import AppendLogService
from starter.server import Server
from starter.session_store.adapter import SessionStoreService


def main() -> None:
    """Nothing but answers may reach stdout, so everything else is sent to stderr."""
    answers = os.fdopen(os.dup(1), 'wb')
    os.dup2(2, 1)
    Server([AppendLogService(), SessionStoreService()]).run(sys.stdin.buffer, answers)


if __name__ == '__main__':
    main()
