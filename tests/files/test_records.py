"""Lines to records, with the look ahead that open quotes need."""

from __future__ import annotations

from chaland.files.dialect import Dialect
from chaland.files.records import Tokenizer

TOKENS = Tokenizer(Dialect(), 3, 3)


def test_an_open_record_waits_for_more_lines_unless_there_are_none():
    assert list(TOKENS.records(['1,"two', "lines"], False)) == []
    assert [record.fault for record in TOKENS.records(['1,"two', "lines"], True, False)] == ["cut"]


def test_what_comes_before_it_is_given():
    assert [record.fields for record in TOKENS.records(["1,2,3", '4,"'], False)] == [["1", "2", "3"]]


def test_a_record_tells_how_many_lines_it_spans():
    assert [(record.line, record.lines) for record in TOKENS.records(['1,"a', "b", 'c",3', "4,5,6"], True)] == [(0, 3), (3, 1)]


def test_a_comment_is_a_blank_line():
    records = list(Tokenizer(Dialect(comment="#"), 2, 2).records(["# said", "1,2"], True))
    assert [record.fields for record in records] == [None, ["1", "2"]]


def test_open_quotes_on_every_line_take_no_square_time():
    lines = ['x,"open'] * 20_000
    assert sum(1 for _ in TOKENS.records(lines, True)) == 20_000


def test_a_million_doubled_quotes_take_no_square_time():
    assert sum(1 for _ in TOKENS.records(['x,"' + '""' * 50_000] * 20, True)) <= 20
