"""Project and site files: every fault at once, each with its line and the mend."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from chaland.errors import SpecError
from chaland.reading import find_project, read_any, read_project, read_site, schema
from chaland.spec import Project, Site

ROOT = Path(__file__).parent.parent
HEAD = """\
name = "shop"
[tables.people]
role = "customers"
source = { kind = "csv", path = "*.csv" }
[tables.people.columns]
"""


def faults_of(tmp_path: Path, text: str | bytes, reader=read_project) -> list[tuple[int | None, str, str, str]]:
    file = tmp_path / "shop.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SpecError) as caught:
        reader(file)
    assert caught.value.exit_code == 2
    return [(fault.where.line, ".".join(fault.keys), fault.said, fault.hint) for fault in caught.value.faults]


@pytest.mark.parametrize("name", ["telco", "telco_ibm"])
def test_a_shipped_project_is_found_by_its_name_and_holds_together(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert read_project(name).name == name


def test_a_project_in_the_working_folder_goes_before_a_shipped_one(tmp_path, monkeypatch):
    (tmp_path / "projects").mkdir()
    (tmp_path / "projects" / "telco.toml").write_text(HEAD + "a = {}\n")
    monkeypatch.chdir(tmp_path)
    assert read_project("telco").name == "shop"


def test_an_unknown_project_is_told_with_the_nearest_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SpecError, match="no project is called 'telko'") as caught:
        find_project("telko")
    assert caught.value.next == "Did you mean 'telco'?"


def test_a_file_that_is_not_there_is_told_with_the_nearest_beside_it(tmp_path):
    (tmp_path / "shop.toml").write_text("")
    with pytest.raises(SpecError, match="there is no file") as caught:
        read_project(tmp_path / "shp.toml")
    assert caught.value.next == "Did you mean 'shop.toml'?"


def test_a_folder_is_no_project_file(tmp_path):
    (tmp_path / "x.toml").mkdir()
    with pytest.raises(SpecError, match="cannot be read"):
        read_project(tmp_path / "x.toml")


def test_no_site_file_is_this_machine_and_the_shipped_one_says_the_same():
    assert read_site(None) == Site() == read_site(ROOT / "sites" / "laptop.toml")


def test_a_file_is_a_project_or_a_site_by_what_it_holds():
    assert (type(read_any("telco")), type(read_any(ROOT / "sites" / "laptop.toml"))) == (Project, Site)


def test_every_fault_is_told_at_once_in_the_form_of_the_design(tmp_path):
    text = (
        HEAD
        + """\
id = { role = "key", typ = "int" }
size = { type = "itn", min = "x", optional = "yes" }
Bad-Name = {}
[features]
profile = { kind = "profile", colums = "*" }
[segments.usage]
features = ["profile", "profil"]
"""
    )
    assert faults_of(tmp_path, text) == [
        (6, "tables.people.columns.id.typ", "unknown word 'typ'", "Did you mean 'type'?"),
        (7, "tables.people.columns.size.type", "'itn' is not one of its words", "Did you mean 'int'?"),
        (7, "tables.people.columns.size.min", "must be a number or a date, and is 'x'", ""),
        (7, "tables.people.columns.size.optional", "must be true or false, and is 'yes'", ""),
        (
            8,
            "tables.people.columns.Bad-Name",
            "'Bad-Name' cannot be a name: names are small letters a-z, digits and _, begin with a letter and have at most 63 signs",
            "For example 'bad_name'.",
        ),
        (10, "features.profile.colums", "unknown word 'colums'", "Did you mean 'columns'?"),
        (12, "segments.usage.features", "there is no feature family 'profil'", "Did you mean 'profile'?"),
    ]


def test_the_error_reads_as_the_design_says(tmp_path):
    (tmp_path / "shop.toml").write_text(HEAD + 'size = { type = "itn" }\n')
    with pytest.raises(SpecError) as caught:
        read_project(tmp_path / "shop.toml")
    told = "  line 6: tables.people.columns.size.type\n    'itn' is not one of its words\n    Did you mean 'int'?"
    assert str(caught.value) == f"{tmp_path}/shop.toml: 1 fault\n{told}"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("name = shop", 1, "not TOML: invalid value"),
        ("a = 1\na = 2", 2, "not TOML: cannot overwrite a value"),
        ("[a]\n[a]", 2, "not TOML: cannot declare"),
        ("x = [1,\n2", 2, "not TOML: unclosed array"),
        ("just words", 1, "not TOML: expected '=' after a key"),
        (b"name = 'caf\xe9'", 1, "not UTF-8 text"),
    ],
)
def test_what_is_not_toml_is_told_with_its_line(tmp_path, text, line, said):
    [(told_line, _, told, hint)] = faults_of(tmp_path, text)
    assert told_line == line
    assert told.startswith(said)
    assert hint


def test_brackets_without_end_are_no_crash(tmp_path):
    (tmp_path / "shop.toml").write_text("x = " + "[" * 9000)
    with pytest.raises(SpecError, match="nested too deep"):
        read_project(tmp_path / "shop.toml")


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path):
    (tmp_path / "shop.toml").write_bytes(
        b"\xef\xbb\xbf" + (HEAD + "born = { type = 'date', min = 2000-01-01 }\n").replace("\n", "\r\n").encode()
    )
    assert read_project(tmp_path / "shop.toml").tables["people"].columns["born"].min == date(2000, 1, 1)


@pytest.mark.parametrize(
    ("rest", "line", "keys", "said"),
    [
        ("[decide.x]\non = 1\n", 7, "decide", "the step of [decide] does not exist in this version yet"),
        ("[features.f]\nkind = 'rfm'\ndays = 3\n", 9, "features.f.days", "unknown word 'days'"),
        ("[features.f]\nkind = 'trnd'\n", 8, "features.f.kind", "no feature family is called 'trnd'"),
        ("[tables.t]\nrole = 'events'\nsource = { kind = 'kafka' }\ncolumns.a = {}\n", 9, "tables.t.source", "the 'kafka' source does not exist in this version yet"),
    ],
)  # fmt: skip
def test_what_is_planned_is_refused_in_words(tmp_path, rest, line, keys, said):
    told = faults_of(tmp_path, HEAD + "a = {}\n" + rest)
    assert (line, keys, said) in [(where, path, text) for where, path, text, _ in told]
    if "kafka" not in rest:
        assert len(told) == 1


def test_another_format_is_refused_in_words(tmp_path):
    assert faults_of(tmp_path, "format = 2\n" + HEAD + "a = {}\n")[0][2:] == (
        "this file has format 2, and this chaland reads format 1",
        "Install a newer chaland.",
    )
    assert faults_of(tmp_path, "format = 0\n" + HEAD + "a = {}\n")[0][2] == "no file format is called 0"


def test_the_words_of_a_source_are_those_of_its_adapter(tmp_path):
    told = faults_of(tmp_path, HEAD.replace('path = "*.csv"', 'pth = "*.csv", separator = ""') + "a = {}\n")
    assert [(line, keys, said) for line, keys, said, _ in told] == [
        (4, "tables.people.source.path", "'path' is missing"),
        (4, "tables.people.source.pth", "unknown word 'pth'"),
        (4, "tables.people.source.separator", "needs at least 1 character"),
    ]


def test_the_words_of_a_store_are_those_of_its_adapter(tmp_path):
    told = faults_of(
        tmp_path, "[stores]\ndefault = { kind = 'sqlit' }\nlive = { kind = 'sqlite', pathh = 'x' }\n[limits]\nworkers = 0\n", read_site
    )
    assert told == [
        (2, "stores.default.kind", "no store is called 'sqlit'", "Did you mean 'sqlite'?"),
        (3, "stores.live.pathh", "unknown word 'pathh'", "Did you mean 'path'?"),
        (5, "limits.workers", "must be 1 or more, and is 0", ""),
    ]


@pytest.mark.parametrize("pattern", ["(?=a)b", "(?i)a", "[[:alpha:]]", r"(a)\\1", "(?<!x)y", "[", "(?>a)", "a{2,1}"])
def test_a_pattern_that_not_every_engine_knows_is_refused(tmp_path, pattern):
    [(line, keys, said, _)] = faults_of(tmp_path, HEAD + f'a = {{ matches = "{pattern}" }}\n')
    assert (line, keys) == (6, "tables.people.columns.a.matches")
    assert said.startswith("not a pattern that every engine knows")


def test_a_python_only_spelling_of_a_word_is_no_second_way_to_say_it(tmp_path):
    assert faults_of(tmp_path, HEAD + 'a = { from_ = "x" }\n') == [
        (6, "tables.people.columns.a.from_", "unknown word 'from_'", "Did you mean 'from'?")
    ]


def test_a_store_that_the_site_lacks_is_told_where_the_site_is_known(tmp_path):
    text = (
        HEAD
        + "a = { type = 'bool' }\nb = {}\n[features]\np = { kind = 'profile' }\n[predict.q]\nfeatures = 'p'\ntarget = { kind = 'column', of = 'a' }\n[publish.q]\nof = 'q'\nto = 'crm'\n"
    )
    told = faults_of(tmp_path, text, lambda file: read_project(file, Site()))
    assert told == [(15, "publish.q.to", "no store is called 'crm' here", "There is: default.")]


def test_there_is_no_schema_of_anything_else():
    with pytest.raises(SpecError, match="no schema of 'projekt'"):
        schema("projekt")


def test_reading_a_project_without_sql_does_not_load_the_parser(tmp_path):
    import subprocess
    import sys

    code = "import sys; from chaland.reading import read_project; read_project('telco'); print('sqlglot.parser' in sys.modules, 'duckdb' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()[1] == "False"


NAMES = {
    "state": "State",
    "account_length": "Account length",
    "plan_intl": "International plan",
    "voicemails": "Number vmail messages",
    "day_minutes": "Total day minutes",
    "service_calls": "Customer service calls",
    "churned": "Churn",
}


@pytest.mark.parametrize("written", [str, lambda name: name.lower().replace(" ", "_"), str.upper])
def test_the_telco_project_reads_title_case_and_snake_case(written):
    from chaland.spec.agreement import source_name

    columns = read_project("telco").tables["subscribers"].columns
    for own, name in NAMES.items():
        assert source_name(written(name)) in map(source_name, columns[own].names(own))


def test_the_telco_projects_name_every_column_of_the_real_files(real_data):
    from chaland.spec.agreement import source_name

    for name, table, files in (("telco", "subscribers", "big*/*.csv"), ("telco_ibm", "customers", "ibm/*.csv")):
        columns = read_project(name).tables[table].columns
        for file in (real_data / "telco").glob(files):
            header = {source_name(one) for one in file.open().readline().replace(";", ",").split(",")}
            claimed = [header & set(map(source_name, column.names(own))) for own, column in columns.items() if not column.optional]
            assert (set.union(*claimed), max(map(len, claimed)), min(map(len, claimed))) == (header, 1, 1)
