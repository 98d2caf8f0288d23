"""Text as it was written → text as it was meant: trimming, placeholders, spelling."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from chaland.spec import Column

# What is trimmed; spelt out, for engines differ in what \s means, and $ may match before a last line feed where \z does not.
BLANK = r"[ \t\n\r\f\x0b]"


def bare(text: ir.StringValue) -> ir.StringValue:
    """The text without blanks around it."""
    # Trimming is dear, and looking whether there is anything to trim is not.
    return ibis.ifelse(text.re_search(rf"^{BLANK}|{BLANK}\z"), text.strip(), text)


def said(bare: ir.StringValue, text: ir.StringValue, column: Column) -> ir.StringValue:
    """What was said, if anything: no blank, no placeholder; trimmed and in lower case where declared."""
    kept = bare if column.trim else ibis.ifelse(bare == "", bare, text)
    something = kept.nullif("")
    if column.placeholders:
        something = ibis.ifelse(bare.isin(_bare_words(column)), ibis.null("string"), something)
    return something.lower() if column.lower else something


def is_placeholder(bare: ir.StringValue, column: Column) -> ir.BooleanValue:
    """Whether a text without the blanks around it is one of the declared placeholders; " " stands for any blank."""
    return bare.isin(_bare_words(column))


def respelt(text: ir.StringValue, words: Mapping[str, str]) -> ir.StringValue:
    """Each declared spelling becomes its meaning; exact spelling first, then without case."""
    if not words:
        return text
    loose = {wrong.strip().lower(): right for wrong, right in reversed(list(words.items()))}
    exact = {wrong: right for wrong, right in words.items() if loose[wrong.strip().lower()] != right}
    found = text.lower().cases(*loose.items(), else_=text)
    return text.cases(*exact.items(), else_=found) if exact else found


def shape(text: ir.StringValue) -> ir.StringValue:
    """What text looks like without saying it: letters become a, digits 9, at most 40 characters."""
    return text.re_replace(r"\pL", "a").re_replace(r"[0-9]", "9").substr(0, 40)


def _bare_words(column: Column) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in column.placeholders))
