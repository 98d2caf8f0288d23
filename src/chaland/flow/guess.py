"""What a column of text probably is: its type, its words, and whether it tells who somebody is.

A guess is made from a look at values that a person will read again; where in doubt, text stays text.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

NEARLY = 0.98
"""The share of values that must be of a type; the rest are blanked and kept in the ledger."""

NO_VALUE = ("?", "-", "--", "na", "n/a", "#n/a", "n/d", "nan", "null", "none")
MAY_BE_WORDS = ("na", "none")
NO_NUMBER = ("-1", "-9", "-99", "-999", "-9999")
TRUTHS = (
    ("yes", "no"),
    ("true", "false"),
    ("true.", "false."),
    ("vrai", "faux"),
    ("oui", "non"),
    ("y", "n"),
    ("t", "f"),
    ("o", "n"),
    ("1", "0"),
)

PERSON = {"phone", "telephone", "tel", "mobile", "email", "mail", "name", "firstname", "lastname", "surname", "fullname", "username"}
PERSON |= {
    "nom",
    "prenom",
    "address",
    "adresse",
    "street",
    "rue",
    "ssn",
    "iban",
    "passport",
    "ip",
    "login",
    "immatriculation",
    "plate",
    "vin",
}
NEAR_PERSON = {
    "state",
    "zip",
    "zipcode",
    "postal",
    "postcode",
    "city",
    "ville",
    "birth",
    "birthday",
    "birthdate",
    "dob",
    "naissance",
    "age",
    "region",
}
NEAR_PERSON |= {"country", "county", "province", "departement", "pays"}
TENDER = {"gender", "sex", "sexe", "race", "ethnicity", "religion", "nationality", "disability", "health"}
MONEY = {
    "charge",
    "charges",
    "price",
    "amount",
    "cost",
    "revenue",
    "fee",
    "fees",
    "bill",
    "balance",
    "income",
    "montant",
    "prix",
    "cout",
    "salary",
}
CODE = {"code", "zip", "zipcode", "postal", "postcode", "area", "siret", "sku"}
KEY = {"id", "key", "uuid", "guid", "customerid", "clientid", "userid", "identifiant", "identifier"}
DATED = {"date", "day", "jour", "dt", "birth", "dob", "naissance", "since", "at"}

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_POINT = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_COMMA = re.compile(r"[+-]?[0-9]+(,[0-9]+)?")
_PARTED = {
    ",": re.compile(r"[+-]?[0-9]{1,3}((,[0-9]{3})+(\.[0-9]+)?|\.[0-9]+)?"),
    ".": re.compile(r"[+-]?[0-9]{1,3}((\.[0-9]{3})+(,[0-9]+)?|,[0-9]+)?"),
    " ": re.compile(r"[+-]?[0-9]{1,3}([ \u00a0\u202f][0-9]{3})*([.,][0-9]+)?"),
}
_TIME = r"([T ]+[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?( ?(Z|UTC|[+-][0-9]{2}:?[0-9]{2}))?)?"
_YEAR_FIRST = re.compile(r"(?P<y>[0-9]{4})[-/.](?P<a>[0-9]{1,2})[-/.](?P<b>[0-9]{1,2})" + _TIME)
_YEAR_LAST = re.compile(r"(?P<a>[0-9]{1,2})[-/.](?P<b>[0-9]{1,2})[-/.](?P<y>[0-9]{4})" + _TIME)
_COMPACT = re.compile(r"(?P<y>(19|20)[0-9]{2})(?P<a>0[1-9]|1[0-2])(?P<b>[0-2][0-9]|3[01])")


@dataclass
class Guess:
    """What a column probably is, in the words of a project file, and why."""

    type: str = "string"
    words: dict[str, str] = field(default_factory=dict)
    placeholders: list[str] = field(default_factory=list)
    decimal: str = "."
    thousands: str = ""
    date_order: str = "ymd"
    blanked: int = 0
    privacy: str | None = None
    coarsen: str = ""
    unique: bool = False
    values: tuple[str, ...] = ()
    """Up to ten values, the most frequent first, where there are no more."""
    why: list[str] = field(default_factory=list)


def of(name: str, written: Sequence[Sequence[str | None]]) -> Guess:
    """The guess for the column `name`, from its values as written, file by file."""
    every = [value for values in written for value in values if value is not None]
    guess = Guess(placeholders=_placeholders(every))
    told = _told(every, guess)
    _type(guess, set(words_of(name)), told)
    if guess.type == "string":  # North America, Namibia, or no option chosen: in a column of words they may be words
        guess.placeholders = [word for word in guess.placeholders if word.lower() not in MAY_BE_WORDS]
        told = _told(every, guess)
    counts = Counter(told)
    guess.values = tuple(word for word, _ in counts.most_common(10)) if len(counts) <= 10 else ()
    guess.unique = bool(told) and all(_all_different(values) for values in written)
    _privacy(guess, set(words_of(name)), told, len(counts) / max(len(told), 1))
    return guess


def words_of(name: str) -> list[str]:
    """The words of a name in small letters without accents: "customerID" → customer, id; "Total day charge" → total, day, charge."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", plain.replace("'", ""))
    return [word.lower() for word in re.split(r"[^A-Za-z0-9]+", parted) if word]


def _told(every: Iterable[str], guess: Guess) -> list[str]:
    """The values that say something, trimmed."""
    return [value.strip() for value in every if value.strip() and value.strip() not in guess.placeholders]


def _all_different(values: Sequence[str | None]) -> bool:
    return len(set(values)) == len(values) and all(value and value.strip() for value in values)


def _placeholders(every: Iterable[str]) -> list[str]:
    """Texts that stand for no value, as written; a blank that is not empty is one too, so that the ledger keeps it."""
    seen = Counter(every)
    found = sorted({value.strip() for value in seen if value.strip().lower() in NO_VALUE})
    return ([" "] if any(value and not value.strip() for value in seen) else []) + found


def _type(guess: Guess, name: set[str], told: list[str]) -> None:
    if not told or _truth(guess, told) or name & CODE:
        return
    dated = _COMPACT.fullmatch if name & DATED else None
    for kind in (_compact_date if dated else None, _number, _date):
        if kind and kind(guess, name, told):
            return


def _truth(guess: Guess, told: list[str]) -> bool:
    seen = dict.fromkeys(told)
    lowered = {word.lower() for word in seen}
    fitting = [pair for pair in TRUTHS if lowered & set(pair)]
    allowed = {word for pair in fitting for word in pair}
    if not lowered <= allowed or len(lowered) < 2 or len(seen) > 8 or ("1" in lowered and len(told) < 50):
        return False
    right = {yes for yes, _ in fitting}
    guess.type = "bool"
    guess.words = {word: "true" if word.lower() in right else "false" for word in sorted(seen, key=lambda w: (w.lower() not in right, w))}
    guess.words = {
        word: meant for word, meant in guess.words.items() if not any(w != word and w.lower() == word.lower() and w < word for w in seen)
    }
    return True


def _number(guess: Guess, name: set[str], told: list[str]) -> bool:
    if any(len(value) > 1 and value[0] == "0" and value.isdigit() for value in told):
        return False  # 0123 is a code: as a number it would lose its zero
    _minus_one(guess, told)
    told = [value for value in told if value not in guess.placeholders]
    for kind, fits, signs in _readings(told):
        good = [value for value in told if fits(value)]
        if good and len(good) >= NEARLY * len(told):
            guess.decimal, guess.thousands = signs
            guess.type = kind if kind == "int" or not _is_money(name, good, signs[0]) else "decimal"
            _blanked(guess, len(told) - len(good), "number")
            return True
    return False


def _readings(told: list[str]) -> list[tuple[str, Callable[[str], object], tuple[str, str]]]:
    """Ways to read numbers, the plainest first: the type, the pattern, and its decimal and thousands signs."""
    comma = "," if any("," in value for value in told) else "."
    threes = all(re.fullmatch(r"[0-9]{3}", value.partition(",")[2]) for value in told if "," in value)
    english: tuple[str, Callable[[str], object], tuple[str, str]] = ("float", _PARTED[","].fullmatch, (".", ","))
    french: tuple[str, Callable[[str], object], tuple[str, str]] = ("float", _COMMA.fullmatch, (",", ""))
    return [
        ("int", _WHOLE.fullmatch, (".", "")),
        ("float", _POINT.fullmatch, (".", "")),
        *([english, french] if threes else [french, english]),
        ("float", _PARTED["."].fullmatch, (",", ".")),
        ("float", _PARTED[" "].fullmatch, (comma, " ")),
    ]


def _minus_one(guess: Guess, told: list[str]) -> None:
    """-1 among numbers that are never negative, and more than once, stands for no value."""
    negative = {value for value in told if value.startswith("-")}
    counts = Counter(told)
    if negative and len(negative) == 1 and negative <= set(NO_NUMBER) and counts[min(negative)] > 1 and len(counts) > 5:
        guess.placeholders += sorted(negative)


def _is_money(name: set[str], good: list[str], sign: str) -> bool:
    return bool(name & MONEY) and all(len(value.rpartition(sign)[2]) <= 2 for value in good if sign in value)


def _blanked(guess: Guess, count: int, called: str) -> None:
    if count:
        guess.blanked = count
        guess.why.append(f"{count} of the values are no {called}: they are blanked, and kept in the ledger")


def _compact_date(guess: Guess, name: set[str], told: list[str]) -> bool:
    if not all(_COMPACT.fullmatch(value) for value in told):
        return False
    guess.type = "date"
    return True


def _date(guess: Guess, name: set[str], told: list[str]) -> bool:
    for pattern, order in ((_YEAR_FIRST, "ymd"), (_YEAR_LAST, "dmy")):
        found = [match for match in map(pattern.fullmatch, told) if match]
        if found and len(found) >= NEARLY * len(told):
            guess.type = "timestamp" if any(":" in match[0] for match in found) else "date"
            guess.date_order = order if order == "ymd" else _day_or_month(guess, found)
            _blanked(guess, len(told) - len(found), "date")
            return True
    return False


def _day_or_month(guess: Guess, found: list[re.Match[str]]) -> str:
    first, second = max(int(match["a"]) for match in found), max(int(match["b"]) for match in found)
    if first <= 12 and second <= 12:
        guess.why.append('day or month first? dmy is a guess; the other is "mdy"')
    return "mdy" if first <= 12 < second else "dmy"


def _privacy(guess: Guess, name: set[str], told: list[str], varied: float) -> None:
    named = (name & PERSON and varied > 0.5) or (name & KEY and guess.unique)
    if guess.type in ("string", "int") and (named or _looks_like_person(told)):
        guess.privacy, why = "identifier", "it seems to name a person: it becomes a pseudonym"
    elif name & TENDER:
        guess.privacy, why = "sensitive", "sensitive: never a feature"
    elif name & NEAR_PERSON and guess.type != "bool":
        guess.privacy, why = "quasi", "with other columns it may tell who somebody is"
        guess.coarsen = _coarsen(guess, name)
    elif guess.type == "string" and told and varied > 0.5 and sum(map(len, told)) / len(told) > 40:
        guess.privacy, why = "free_text", "it seems to be free text, which may say anything of anybody: it is dropped"
    else:
        return
    guess.type = "string" if guess.privacy == "identifier" else guess.type
    guess.why.append(why)


def _looks_like_person(told: list[str]) -> bool:
    """E-mail addresses, whatever the column is called."""
    return bool(told) and sum("@" in value and "." in value for value in told) > 0.5 * len(told)


def _coarsen(guess: Guess, name: set[str]) -> str:
    if guess.type in ("date", "timestamp"):
        return '{ to = "year" }'
    if "age" in name and guess.type in ("int", "float"):
        return "{ step = 5 }"
    return "{ keep = 2 }" if name & {"zip", "zipcode", "postal", "postcode"} and guess.type == "string" else ""
