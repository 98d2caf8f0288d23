"""Which customers measure only, and touch no fitting at all."""

from __future__ import annotations

import fnmatch
import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from chaland.learn.dataset import Feature
from chaland.learn.encode import Encoded
from chaland.learn.folds import one_side
from chaland.spec import Predict

PREFIX = 8
PSEUDONYM = 32
HEX = "0123456789abcdef"


def holdout(spec: Predict, table: pa.Table, features: Sequence[Feature] = ()) -> tuple[np.ndarray[Any, Any], list[dict[str, str]]]:
    """Which rows measure only: those whose file matches, or else the share that the key prefix draws.

    Rows that are copies of one another in all `features` are drawn together, so that none is measured on what was learnt from the other.
    """
    glob = spec.holdout.files
    named = np.zeros(len(table), bool)
    if glob:
        files = [one for one in pc.unique(table["_file"]).to_pylist() if matches(one, glob)]
        named = pc.is_in(table["_file"], pa.array(files, pa.string())).to_numpy(zero_copy_only=False)
    if named.any() and not named.all():
        return named, []
    drawn = np.array([_place(key) < spec.holdout.share * 16**PREFIX for key in table.column(0).to_pylist()], bool)
    drawn = one_side(drawn, Encoded.of(table, features)) if features else drawn
    said = f"no file matches {glob!r}: " if glob and not named.any() else f"every file matches {glob!r}: " if glob else ""
    return drawn, [{"code": "holdout_drawn", "said": f"{said}the key prefix draws {spec.holdout.share:.0%} of the customers as hold-out"}]


def _place(key: Any) -> int:
    """Where a key lies among all that there could be: its first digits; those of a hash where it is no pseudonym."""
    prefix = str(key)[:PREFIX]
    sealed = len(str(key)) >= PSEUDONYM and all(letter in HEX for letter in prefix)
    return int(prefix if sealed else hashlib.sha256(str(key).encode()).hexdigest()[:PREFIX], 16)


def matches(name: str, glob: str) -> bool:
    """Whether a source file's name, or its last part, matches a glob."""
    return fnmatch.fnmatch(name, glob) or fnmatch.fnmatch(name.rsplit("/", 1)[-1], glob)
