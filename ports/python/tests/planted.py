"""Plants one bug after the other in a copy of this port, and asks whether its own tests notice.

    python3 ports/python/tests/planted.py [ID ...]

`planted.json` holds the bugs as data: in `file`, the text `find`, which stands there once, becomes
`replace`. Exit code 1 where one is not noticed, or where the tests fail without any.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_PORT = Path(__file__).parent.parent
_BUGS: list[dict[str, str]] = json.loads(Path(__file__).with_name('planted.json').read_text())
# A hang is noticed as well. The whole run takes some ten seconds on an idle core.
_MOST_SECONDS = 600


def plant(bug: dict[str, str], port: Path) -> None:
    """Makes the edit in a copy of the port; ValueError where its place is not there once."""
    file = port / bug['file']
    text = file.read_text()
    if text.count(bug['find']) != 1:
        raise ValueError(f'{bug["id"]}: its place stands {text.count(bug["find"])} times')
    file.write_text(text.replace(bug['find'], bug['replace']))


def _is_noticed(bug: dict[str, str] | None) -> bool:
    with tempfile.TemporaryDirectory(prefix='tearproof-planted-') as folder:
        # The vectors of the format lie beside the ports.
        (Path(folder) / 'fixtures').symlink_to(_PORT.parent.parent / 'fixtures')
        port = Path(folder) / 'ports' / 'python'
        shutil.copytree(_PORT, port, ignore=shutil.ignore_patterns('__pycache__'))
        if bug is not None:
            plant(bug, port)
        tests = [sys.executable, '-m', 'unittest', 'discover', '-f', '-s', str(port)]
        try:
            ran = subprocess.run(
                tests, cwd=port, capture_output=True, timeout=_MOST_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return True
        return ran.returncode != 0


def main(chosen: Iterable[str]) -> int:
    wanted = set(chosen) or {bug['id'] for bug in _BUGS}
    if unknown := wanted - {bug['id'] for bug in _BUGS}:
        print(f'no such bug: {", ".join(sorted(unknown))}', file=sys.stderr)
        return 2
    bugs = [bug for bug in _BUGS if bug['id'] in wanted]
    if _is_noticed(None):
        print('the tests fail without a bug', file=sys.stderr)
        return 1
    with ThreadPoolExecutor(max_workers=2) as pool:
        missed = 0
        for bug, noticed in zip(bugs, pool.map(_is_noticed, bugs)):
            if not noticed:
                missed += 1
                print(f'not noticed: {bug["id"]}: {bug["says"]} ({bug["file"]})', flush=True)
    print(f'{len(bugs) - missed} of {len(bugs)} planted bugs noticed')
    return 1 if missed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
