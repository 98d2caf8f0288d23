"""Text as it was written → text as it was meant: trimming, placeholders, spelling."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from chaland.spec import Column


def meant(text: ir.StringValue, column: Column) -> ir.StringValue:
    """The text that was meant: trimmed, without placeholders, respelt; null where nothing was said."""
    kept = _without_placeholders(text, column)
    bare = kept.strip() if column.trim else kept
    said = bare.nullif("")
    cased = said.lower() if column.lower else said
    return respelt(cased, column.words)


def is_placeholder(text: ir.StringValue, column: Column) -> ir.BooleanValue:
    """Whether the text is one of the declared placeholders, as written or once trimmed."""
    exact = text.isin(column.placeholders)
    bare = text.strip().isin(tuple(word.strip() for word in column.placeholders))
    return (exact | bare).fill_null(False)


def respelt(text: ir.StringValue, words: Mapping[str, str]) -> ir.StringValue:
    """Each declared spelling becomes its meaning; exact spelling first, then without case."""
    if not words:
        return text
    loose = {wrong.strip().lower(): right for wrong, right in reversed(words.items())}
    exact = {wrong: right for wrong, right in words.items() if loose[wrong.strip().lower()] != right}
    found = text.lower().cases(*loose.items(), else_=text)
    return text.cases(*exact.items(), else_=found) if exact else found


def shape(text: ir.StringValue) -> ir.StringValue:
    """What text looks like without saying it: letters become a, digits 9, at most 40 characters."""
    return text.re_replace(r"\pL", "a").re_replace(r"[0-9]", "9").substr(0, 40)


def _without_placeholders(text: ir.StringValue, column: Column) -> ir.StringValue:
    if not column.placeholders:
        return text
    return ibis.ifelse(is_placeholder(text, column), ibis.null("string"), text)
