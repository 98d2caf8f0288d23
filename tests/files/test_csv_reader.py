"""CSV as people have it: each fault in a small made-up file, each read on both paths."""

from __future__ import annotations

import bz2
import gzip
import lzma
import pickle

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chaland.errors import DataError, PartMissing
from chaland.files.csv_reader import CsvReader, faithful
from chaland.files.layout import Said
from chaland.files.report import Bounds
from tests.files.conftest import table_of

PEOPLE = "name,city,age\nAnna,Bonn,31\nBob,Rome,42\nCleo,Oslo,53\n"
ROWS = [["Anna", "Bonn", "31"], ["Bob", "Rome", "42"], ["Cleo", "Oslo", "53"]]


def test_a_clean_file_takes_the_fast_path(read):
    got = read(PEOPLE)
    assert (got.columns, got.rows, got.lines) == (["name", "city", "age"], ROWS, [2, 3, 4])
    assert got.report.path_taken == "fast"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", ":", "^", "~"])
def test_separators_are_found_out(read, separator):
    got = read(PEOPLE.replace(",", separator))
    assert (got.rows, got.report.separator) == (ROWS, separator)


def test_a_decimal_comma_does_not_hide_the_semicolon(read):
    got = read("a;b;c\n1,5;2,5;3,5\n4,5;5,5;6,5\n")
    assert got.rows == [["1,5", "2,5", "3,5"], ["4,5", "5,5", "6,5"]]


def test_a_separator_of_several_characters_can_be_said(read):
    assert read(PEOPLE.replace(",", "||"), said=Said(separator="||")).rows == ROWS


def test_a_line_that_names_the_separator_is_a_title(read):
    got = read("sep=;\n" + PEOPLE.replace(",", ";"))
    assert (got.rows, got.report.skipped["title"]) == (ROWS, 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"])
def test_encodings_are_found_out(read, encoding):
    text = "prénom,ville\nZoé,Nîmes\nAnaïs,Besançon\nJosé,Orléans\n"
    assert read(text.encode(encoding)).rows == [["Zoé", "Nîmes"], ["Anaïs", "Besançon"], ["José", "Orléans"]]


def test_an_encoding_can_be_said(read):
    assert read("a,b\nž,1\n".encode("cp1250"), said=Said(encoding="cp1250")).rows == [["ž", "1"]]


def test_a_few_broken_bytes_in_utf8_are_undecodable_records(read):
    good = "".join(f"Zoé{number},Nîmes\n" for number in range(20)).encode()
    got = read(b"a,b\n" + good + b"br\xffken,x\n" + b"ok,y\n")
    assert got.report.encoding == "utf-8"
    assert got.rows[20:] == [[None, None], ["ok", "y"]]
    assert got.report.faults == {"undecodable": 1}


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_other_line_ends_give_the_same_rows_and_lines(read, end):
    got = read(PEOPLE.replace("\n", end))
    assert (got.rows, got.lines) == (ROWS, [2, 3, 4])


def test_a_lone_carriage_return_within_a_field_stays_in_it(read):
    assert read("a,b\n1,x\ry\n2,z\n3,z\n").rows == [["1", "x\ry"], ["2", "z"], ["3", "z"]]


def test_zero_bytes_stay_and_are_noted(read):
    got = read("a,b\n1,x\0y\n2,z\n")
    assert (got.rows, got.report.notes) == ([["1", "x\0y"], ["2", "z"]], ["1 zero bytes"])


def test_quoted_separators_quotes_and_line_ends_belong_to_the_value(read):
    got = read('a,b\n"1,5","say ""hi"""\n"two\nlines",x\nlast,y\n')
    assert (got.rows, got.lines) == ([["1,5", 'say "hi"'], ["two\nlines", "x"], ["last", "y"]], [2, 3, 5])


def test_a_backslash_before_a_quote_is_an_escape(read):
    got = read('a,b,c\n"24\\" wide","x, y",1\n"5\\" high","z, t",2\nplain,p,3\n')
    assert got.rows == [['24" wide', "x, y", "1"], ['5" high', "z, t", "2"], ["plain", "p", "3"]]


def test_single_quotes_are_found_out(read):
    assert read("a,b\n'1,5','x'\n'2,5','y'\n").rows == [["1,5", "x"], ["2,5", "y"]]


def test_a_quoted_field_after_a_blank_is_quoted_and_other_values_keep_the_blank(read):
    assert read('state, plan, note\nKS, no, "b, c"\nOH, yes, "d"\n').rows == [["KS", " no", "b, c"], ["OH", " yes", "d"]]


def test_a_stray_quote_within_a_bare_field_is_a_plain_character(read):
    got = read('a,b\n5" nail,x\n6" nail,y\n7" nail,z\n')
    assert got.rows == [['5" nail', "x"], ['6" nail', "y"], ['7" nail', "z"]]


def test_a_stray_quote_does_not_swallow_the_file(read):
    rows = "".join(f'{number},"text {number}",x\n' for number in range(30))
    got = read('id,text,z\n"0,"text",x\n' + rows)
    assert len(got.rows) == 31
    assert got.rows[0] == ['"0', "text", "x"]
    assert got.report.repaired == 1


def test_an_open_quote_that_runs_away_costs_one_record(read):
    got = read('a,b,c\n1,"open\n' + "".join(f"{number},x,y\n" for number in range(30)))
    assert (len(got.rows), got.report.faults, got.lines[:2]) == (31, {"ragged": 1}, [2, 3])


def test_an_open_quote_in_a_line_of_the_right_width_is_a_plain_character(read):
    got = read('a,b,c\n1,"open,2\n' + "".join(f"{number},x,y\n" for number in range(30)))
    assert (got.rows[0], got.report.repaired) == (["1", '"open', "2"], 1)


def test_a_short_record_is_ragged_and_shows_nothing(read):
    got = read("a,b,c\n1,2,3\n4,5\n6,7,8\n")
    assert (got.rows, got.faults) == ([["1", "2", "3"], [None] * 3, ["6", "7", "8"]], [None, "ragged", None])


def test_a_long_record_is_ragged_unless_what_is_too_much_is_blank(read):
    got = read("a,b,c\n1,2,3\n4,5,6,7\n6,7,8,,\n9,9,9\n")
    assert (got.rows[1:3], got.faults) == ([[None] * 3, ["6", "7", "8"]], [None, "ragged", None, None])


def test_a_blank_field_too_many_is_taken_out_only_where_one_way_fits(read):
    good = "".join(f"{number},2024-01-0{number},b{number},\n" for number in range(1, 9))
    got = read("id,day,what,note\n" + good + "9,,2024-01-09,b9,\n")
    assert got.rows[-1] == ["9", "2024-01-09", "b9", ""]
    assert got.report.repaired == 1


def test_a_separator_that_is_missing_before_a_quote_makes_no_wrong_row(read):
    good = "".join(f'{number},"x, y",z\n' for number in range(5))
    got = read("id,text,z\n" + good + '5"x, y",z\n')
    assert got.report.faults == {"ragged": 1}


def test_a_last_line_without_its_end_is_good_when_it_is_whole(read):
    got = read(PEOPLE.rstrip("\n"))
    assert (got.rows, got.report.truncated) == (ROWS, False)


@pytest.mark.parametrize("rest", ["Dora,Pa", 'Dora,"Par'])
def test_a_record_that_the_end_of_the_file_cuts_is_read_and_said(read, rest):
    got = read(PEOPLE + rest)
    assert (got.faults[-1], got.rows[-1], got.report.truncated, got.report.read) == ("cut", [None] * 3, True, 4)


def test_title_lines_and_blank_lines_above_the_header_are_counted(read):
    got = read("Customers of the north\n\nas of 2024\n" + PEOPLE)
    assert (got.rows, got.lines[0], got.report.header_line) == (ROWS, 5, 4)
    assert got.report.skipped == {"blank": 1, "title": 2, "repeated_header": 0, "footer": 0}


def test_blank_lines_and_lines_of_separators_are_counted(read):
    got = read(PEOPLE + "\n,,\n  \nDora,Pau,64\n\x1a")
    assert (len(got.rows), got.report.skipped["blank"]) == (4, 4)


def test_repeated_headers_of_part_files_are_counted(read):
    got = read(PEOPLE + "name,city,age\nDora,Pau,64\n")
    assert (len(got.rows), got.lines[-1], got.report.skipped["repeated_header"]) == (4, 6, 1)


def test_a_second_table_with_other_columns_gives_no_rows_but_faults(read):
    got = read(PEOPLE + "age,name,city\n64,Dora,Pau\n75,Emil,Kiel\n")
    assert (got.rows[:3], got.report.faults) == (ROWS, {"other_table": 3})


@pytest.mark.parametrize("footer", ["Total: 3\n", "\n(3 rows affected)\n", "\nExported from the till\n"])
def test_footers_are_counted(read, footer):
    got = read(PEOPLE + footer)
    assert (got.rows, got.report.skipped["footer"]) == (ROWS, 1)


def test_a_short_line_amid_records_is_no_footer(read):
    got = read(PEOPLE + "Total: 3\nDora,Pau,64\n")
    assert (got.faults, got.report.skipped["footer"]) == ([None, None, None, "ragged", None], 0)


def test_header_cells_are_trimmed_blank_ones_numbered_and_repeated_ones_told_apart(read):
    assert read(" a ,,b,b\n1,2,3,4\n5,6,7,8\n").columns == ["a", "column_2", "b", "b_2"]


def test_a_header_can_be_said_or_be_absent(read):
    assert read("x,y\n1,2\n3,4\n", said=Said(header=False, names=("a", "b"))).rows == [["x", "y"], ["1", "2"], ["3", "4"]]
    assert read("a,b\nx,y\n1,2\n", said=Said(header=(1, 2))).columns == ["a x", "b y"]


def test_a_file_of_values_only_has_numbered_columns(read):
    assert read("1,2.5,2024-01-01\n2,3.5,2024-01-02\n3,4.5,2024-01-03\n").columns == ["column_1", "column_2", "column_3"]


def test_columns_are_found_by_any_of_their_names_and_optional_ones_may_be_absent(read):
    wanted = {"who": (("Name", "NAME_"), False), "size": (("height",), True)}
    got = read(PEOPLE, wanted)
    assert (got.columns, got.rows[0]) == (["who", "size"], ["Anna", None])
    assert (got.report.missing, got.report.unnamed) == (["size"], ["city", "age"])


def test_all_missing_columns_are_told_at_once_with_the_nearest_header(read):
    with pytest.raises(DataError) as caught:
        read(PEOPLE, {"who": (("nane",), False), "where": (("town",), False)})
    assert [fault.keys for fault in caught.value.faults] == [("who",), ("where",)]
    assert caught.value.faults[0].hint == "Did you mean 'name'?"


def test_two_alternatives_in_one_file_are_a_fault(read):
    with pytest.raises(DataError, match="'name' and 'city'"):
        read(PEOPLE, {"who": (("name", "city"), False)})


@pytest.mark.parametrize("packed", [gzip.compress, bz2.compress, lzma.compress, lambda data: pa.compress(data, "zstd", asbytes=True)])
def test_compressed_files_are_known_by_their_content(read, packed):
    assert read(packed(PEOPLE.encode())).rows == ROWS


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\n\n \n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "not_csv.lfs"),
        (b"PK\x03\x04\x14\0\0\0\0\0[Content_Types].xml", "not_csv.xlsx"),
        (b"PAR1\x15\x04", "not_csv.parquet"),
        (b"<!DOCTYPE html><html></html>", "not_csv.html"),
        (b"%PDF-1.4", "not_csv.pdf"),
        (b'[{"a": 1}]', "not_csv.json"),
        (b'{"a": 1}', "not_csv.json"),
        (gzip.compress(b"a,b\n1,2\n" * 9, mtime=0)[:-12], "damaged"),
        (gzip.compress(gzip.compress(b"a,b\n1,2\n", mtime=0), mtime=0), "damaged"),
        (b"a,b,c\n1\n2\n3\n4\n", "all_ragged"),
    ],
)
def test_what_is_no_table_is_an_error_that_says_what_it_is(read, content, code):
    with pytest.raises(DataError) as caught:
        read(content)
    assert caught.value.code == code
    assert "made.csv" in caught.value.said
    assert caught.value.next


def test_a_header_alone_is_a_table_without_rows(read):
    got = read("a,b\n")
    assert (got.columns, got.rows, got.report.read) == (["a", "b"], [], 0)


def test_a_line_over_the_limit_is_a_record_too_long(read):
    got = read("a,b\n1,x\n2," + "y" * 5000 + "\n3,z\n", bounds=Bounds(row_bytes=1024))
    assert (got.rows, got.faults) == ([["1", "x"], [None, None], ["3", "z"]], [None, "too_long", None])


def test_a_bomb_is_refused_by_its_size(read):
    with pytest.raises(DataError, match="larger than") as caught:
        read(gzip.compress(b"a,b\n" * 100_000), bounds=Bounds(file_bytes=100_000))
    assert caught.value.code == "too_big"


def test_too_many_columns_are_refused(read):
    with pytest.raises(DataError, match="11 columns"):
        read(",".join(f"c{number}" for number in range(11)) + "\n" + ",".join("1" * 11) + "\n", bounds=Bounds(columns=10))


def test_thousands_of_columns_are_read(read):
    head = ",".join(f"c{number}" for number in range(3000))
    got = read(head + "\n" + ",".join(["7"] * 3000) + "\n" + ",".join(["8"] * 3000) + "\n")
    assert (len(got.columns), got.rows[1][2999]) == (3000, "8")


def test_a_look_at_the_first_rows_stops_there(tmp_path):
    (tmp_path / "made.csv").write_text(PEOPLE)
    assert table_of(CsvReader(str(tmp_path), rows=2), tmp_path / "made.csv").report.read == 2


def test_a_reader_can_be_pickled():
    reader = CsvReader("data", {"a": (("A",), False)})
    assert pickle.loads(pickle.dumps(reader)) == reader


def test_a_file_that_is_not_there_is_a_missing_part(tmp_path):
    with pytest.raises(PartMissing):
        list(CsvReader(str(tmp_path))(str(tmp_path / "no.csv")))


FIELD = st.text(st.sampled_from("ab1 ,;\"'\n\r\\\t.é0"), max_size=6)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(FIELD, min_size=3, max_size=3), max_size=8), st.sampled_from(["", "\n", "x,y", '"', "a,b,c\n"]))
def test_both_paths_agree_on_anything(tmp_path, rows, tail):
    lines = "".join(
        ",".join('"' + cell.replace('"', '""') + '"' if set(cell) & set(',"\n') else cell for cell in row) + "\n" for row in rows
    )
    path = tmp_path / "any.csv"
    path.write_bytes(("head,of,it\n" + lines + tail).encode())
    reader = CsvReader(str(tmp_path), said=Said(",", '"', '"', "utf-8"))
    try:
        expected = table_of(faithful(reader), path)
    except DataError:
        with pytest.raises(DataError, match=r"none of its"):
            list(reader(str(path)))
        return
    actual = table_of(reader, path)
    assert (actual.rows, actual.lines, actual.faults) == (expected.rows, expected.lines, expected.faults)


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.text(st.sampled_from('ab1 ,"\né'), min_size=1, max_size=6), min_size=2, max_size=4), min_size=3, max_size=8))
def test_what_is_written_by_the_rules_is_read_back(tmp_path, rows):
    width = len(rows[0])
    kept = [(row * 2)[:width] for row in rows]
    text = "".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n" for row in kept)
    path = tmp_path / "ruled.csv"
    names = ",".join(f"head{place}" for place in range(width))
    path.write_text(names + "\n" + text, newline="")
    assert table_of(CsvReader(str(tmp_path), said=Said(",", '"', '"', "utf-8")), path).rows == kept


def test_a_file_without_header_shows_no_values_in_its_error(read):
    people = "".join(f"06123456{number},{number + 30},2024-01-0{number}\n" for number in range(1, 9))
    with pytest.raises(DataError) as caught:
        read(people, {"phone": (("phone",), False)})
    assert "0612" not in str(caught.value)
    assert "no header" in str(caught.value)
