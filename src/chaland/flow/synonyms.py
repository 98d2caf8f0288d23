"""Words of one column that probably mean the same: another spelling, an abbreviation, another name of a month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from chaland.flow.guess import words_of

MOST_WORDS = 60
"""Columns with more different words are names or codes, and are not looked at."""
ABBREVIATION = range(2, 7)
EMPTY = {"no", "none", "non", "not", "other", "others", "autre", "autres", "yes", "oui", "unknown", "new"}
"""Words that say too little to be short for a longer one: «No» and «No internet service» are two answers."""
MONTHS = (
    ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"),
    ("janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre", "decembre"),
)
SHORT = 3
FEW_MONTHS = 3


def meant(counts: Mapping[str, int]) -> dict[str, str]:
    """Written → meant, where there is little doubt; `counts` says how often each word of the column is written.

    Spellings that differ in case, accents and signs only become the commonest of them; capitals that are the first letters of one other
    value become it (COD, Cash on Delivery); months are all written short or all in full.
    """
    if len(counts) > MOST_WORDS:
        return {}
    found = _respelt(counts)
    left = [word for word in counts if word not in found]
    return found | _months(left) | _abbreviated(left)


def doubtful(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """Values that may be short for exactly one longer value, which begins or ends with them (Phone, Mobile Phone): a person must say."""
    if len(counts) > MOST_WORDS:
        return []
    parts = {word: words_of(word) for word in counts}
    found = []
    for word, own in parts.items():
        longer = [other for other, said in parts.items() if 0 < len(own) < len(said) and own in (said[: len(own)], said[-len(own) :])]
        if len(longer) == 1 and not set(own) & EMPTY and max(map(len, own)) > SHORT:
            found.append((word, longer[0]))
    return found


def _respelt(counts: Mapping[str, int]) -> dict[str, str]:
    alike: dict[str, Counter[str]] = {}
    for word, count in counts.items():
        plain = "".join(words_of(word))
        if plain:
            alike.setdefault(plain, Counter())[word] = count
    chosen = {plain: max(sorted(spellings), key=spellings.__getitem__) for plain, spellings in alike.items()}
    return {word: chosen[plain] for plain, spellings in alike.items() for word in sorted(spellings) if word != chosen[plain]}


def _abbreviated(words: Sequence[str]) -> dict[str, str]:
    initials: dict[str, list[str]] = {}
    for word in words:
        parts = words_of(word)
        if len(parts) > 1:
            initials.setdefault("".join(part[0] for part in parts), []).append(word)
    short = [word for word in words if len(word) in ABBREVIATION and word.isascii() and word.isalpha() and word.isupper()]
    return {word: initials[word.lower()][0] for word in short if len(initials.get(word.lower(), [])) == 1}


def _months(words: Sequence[str]) -> dict[str, str]:
    """Months in the way in which most of them are written: their first letters, or in full; a word that is both decides nothing."""
    for names in MONTHS:
        whole = {word: _month(word, names) for word in words}
        if len(words) < FEW_MONTHS or not all(whole.values()):
            continue
        full = {word for word, name in whole.items() if "".join(words_of(word)) == name}
        short = {word for word in whole if len(word) == SHORT}
        rare = full - short if len(short - full) > len(full - short) else short - full
        return {word: _written(whole[word], word, word in short) for word in words if word in rare}
    return {}


def _month(word: str, names: Sequence[str]) -> str:
    plain = "".join(words_of(word))
    return next((name for name in names if len(plain) >= SHORT and name.startswith(plain)), "")


def _written(name: str, like: str, full: bool) -> str:
    text = name if full else name[:SHORT]
    return text.upper() if like.isupper() else text.capitalize() if like[0].isupper() else text
