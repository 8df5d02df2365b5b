"""Files that a script expects, and arrays that it keeps for its next run."""

import os
from pathlib import Path

import numpy as np


def expected(folder, name, advice):
    """The path of the file `name` in `folder`. Ends the script, with `advice`, where there is no such file."""
    path = Path(folder) / name
    if not path.is_file():
        raise SystemExit(f'There is no file {path}: {advice}.')
    return path


def cached(path, make):
    """The arrays by name that `make` returns, kept in the file `path`; what is there already isn't made again."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Whole or not at all: a run can be broken off at any moment.
        partial = path.with_suffix('.partial.npz')
        np.savez(partial, **make())
        os.replace(partial, path)
    with np.load(path) as stored:
        return dict(stored)
