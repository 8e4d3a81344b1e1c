"""Run by `python3 -m unittest discover -s ports/python` from the root of the repository."""
