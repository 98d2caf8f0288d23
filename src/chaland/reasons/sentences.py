"""Contributions told as sentences, in English and in French."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from chaland.signature import Input

Doubles = npt.NDArray[np.float64]
Index = npt.NDArray[np.intp]

LANGUAGES = ("en", "fr")


MOVES = {
    "binary": {"en": ("lowers the risk", "raises the risk"), "fr": ("diminue le risque", "augmente le risque")},
    "multiclass": {"en": ("speaks against it", "speaks for it"), "fr": ("parle contre", "parle pour")},
    "regression": {"en": ("lowers it by", "raises it by"), "fr": ("le diminue de", "l'augmente de")},
}
"""What is said of a value that moves the answer down and up, by task."""


def sentences(
    inputs: Sequence[Input], batch: pa.RecordBatch, told: Doubles, count: int, least: float, task: str = "binary"
) -> pa.RecordBatch:
    """The `count` strongest contributions of each row as sentences, features and numbers; null below `least`."""
    top, by = strongest(told, min(count, told.shape[1]))
    codes, spoken = _spoken(inputs, batch, top, by, task)
    names = pa.array([one.name for one in inputs], pa.string())
    silent = np.abs(by) < least
    columns: dict[str, pa.Array] = {}
    for rank in range(top.shape[1]):
        mask = silent[:, rank]
        code = pa.array(codes[:, rank], mask=mask)
        amount = np.abs(by[:, rank]) if task == "regression" else None
        columns[f"reason_{rank + 1}"] = _with_amount(spoken["en"].take(code), amount, "en")
        columns[f"reason_{rank + 1}_fr"] = _with_amount(spoken["fr"].take(code), amount, "fr")
        columns[f"feature_{rank + 1}"] = names.take(pa.array(top[:, rank], mask=mask))
        columns[f"contribution_{rank + 1}"] = pa.array(by[:, rank], pa.float64(), mask=mask)
    return pa.RecordBatch.from_pydict(columns)


def strongest(told: Doubles, count: int) -> tuple[Index, Doubles]:
    """Which `count` features move each row most, and by how much: [rows, count] each; of equals the first feature."""
    strength, rows = np.abs(told), np.arange(len(told))
    top = np.empty((len(told), count), np.intp)
    for rank in range(count):
        top[:, rank] = strength.argmax(axis=1)
        strength[rows, top[:, rank]] = -1.0
    return top, np.take_along_axis(told, top, axis=1)


def _with_amount(said: pa.Array, amount: Doubles | None, lang: str) -> pa.Array:
    """The sentences with how much, where a number is told."""
    if amount is None:
        return said
    return pc.binary_join_element_wise(said, pa.array([plain(float(one), lang) for one in amount], pa.string()), " ")


def _spoken(inputs: Sequence[Input], batch: pa.RecordBatch, top: Index, by: Doubles, task: str) -> tuple[Index, dict[str, pa.Array]]:
    """Each distinct sentence made once: their numbers [rows, ranks], and the sentences of each language."""
    flat = top.ravel().astype(np.min_scalar_type(len(inputs)))  # short integers are sorted by their digits, many times faster
    order = np.argsort(flat, kind="stable")
    ends = np.cumsum(np.bincount(flat, minlength=len(inputs)))
    codes = np.empty(top.size, np.intp)
    made: dict[str, list[pa.Array]] = {lang: [pa.array([], pa.string())] for lang in LANGUAGES}
    count, start = 0, 0
    for one, end in zip(inputs, ends.tolist(), strict=True):
        places, start = order[start:end], end
        if not len(places):
            continue
        rows = pa.array(places // top.shape[1])
        coded = batch.column(batch.schema.get_field_index(one.name)).take(rows).dictionary_encode("encode")
        values = coded.dictionary.to_pylist()
        codes[places] = count + coded.indices.to_numpy(zero_copy_only=False) + len(values) * (by.ravel()[places] > 0)
        count += 2 * len(values)
        for lang in LANGUAGES:
            made[lang] += _both_ways(one, values, lang, task)
    return codes.reshape(top.shape), {lang: pa.concat_arrays(parts) for lang, parts in made.items()}


def _both_ways(one: Input, values: Sequence[Any], lang: str, task: str) -> list[pa.Array]:
    """The sentences of these values where they move the answer down, then where they move it up."""
    said = pa.array([spelt(one, value, lang) for value in values], pa.string())
    frames = [_frame(one, raises, lang, task) for raises in (False, True)]
    return [pc.binary_join_element_wise(before, said, after, "") for before, after in frames]


def sentence(one: Input, value: Any, raises: bool, lang: str, task: str = "binary") -> str:
    """One reason in words, as «Customer service calls is 5 (typical 1): raises the risk»."""
    before, after = _frame(one, raises, lang, task)
    return before + spelt(one, value, lang) + after


def _frame(one: Input, raises: bool, lang: str, task: str) -> tuple[str, str]:
    """What stands before and after the value."""
    usual, moves = spelt(one, one.typical, lang), MOVES[task][lang][bool(raises)]
    if lang == "fr":
        return f"{one.title_fr} : ", f" (habituel : {usual}) ; {moves}"
    return f"{one.title_en} is ", f" (typical {usual}): {moves}"


def spelt(one: Input, value: Any, lang: str) -> str:
    """A value for people: at most four significant figures, a decimal comma in French, yes and no for flags."""
    french = lang == "fr"
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return "absent" if french else "missing"
    if one.kind == "word":
        return str(value)
    if one.yes_no:
        return (("non", "oui") if french else ("no", "yes"))[int(value != 0)]
    return plain(float(value), lang)


def plain(number: float, lang: str) -> str:
    """A number for people: at most four significant figures, a decimal comma in French."""
    text = f"{number:.0f}" if number == int(number) or abs(number) >= 10_000 else f"{number:.4g}"
    return text.replace(".", ",") if lang == "fr" else text
