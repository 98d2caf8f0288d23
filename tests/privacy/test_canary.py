"""The canary's cage is tight: a needle planted in any format is found, so that finding none says something."""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import sqlite3
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import write_deltalake
from onnx import TensorProto, helper

from tests.privacy.canary import find

NEEDLE = "Canari-Zoé 0612"


def _parquet(table: pa.Table, **options) -> bytes:
    packed = io.BytesIO()
    pq.write_table(table, packed, **options)
    return packed.getvalue()


def _rows(value, filler: int = 500) -> pa.Table:
    return pa.table({"a": ["x" * 20 + str(n) for n in range(filler)] + [value]})


def _zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside.txt", NEEDLE)
    return packed.getvalue()


def _npy(array) -> bytes:
    packed = io.BytesIO()
    np.save(packed, array)
    return packed.getvalue()


def _model(**metadata: str) -> bytes:
    node = helper.make_node("LabelEncoder", ["x"], ["y"], domain="ai.onnx.ml", keys_strings=["a"], values_floats=[1.0])
    graph = helper.make_graph(
        [node],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.STRING, [1])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])],
    )
    model = helper.make_model(graph)
    helper.set_model_props(model, metadata)
    return model.SerializeToString()


def _words_model() -> bytes:
    graph = helper.make_graph([], "g", [], [], initializer=[helper.make_tensor("words", TensorProto.STRING, [1], [NEEDLE.encode()])])
    return helper.make_model(graph).SerializeToString()


PLAIN = NEEDLE.encode()
PLANTED = {
    "plain.txt": PLAIN,
    "capitals.txt": NEEDLE.upper().encode(),
    "cp1252.csv": NEEDLE.encode("cp1252"),
    "utf16.txt": NEEDLE.encode("utf-16"),
    "utf16be.txt": NEEDLE.encode("utf-16-be"),
    "hex.txt": b"key=" + PLAIN.hex().encode(),
    "capital_hex.txt": PLAIN.hex().upper().encode(),
    "url.log": b"GET /customer?name=Canari-Zo%C3%A9%200612",
    "backwards.txt": NEEDLE[::-1].encode(),
    "gzip.gz": gzip.compress(PLAIN),
    "second_member.gz": gzip.compress(b"nothing") + gzip.compress(PLAIN),
    "cut_off.gz": gzip.compress(PLAIN + bytes(range(256)) * 40)[:-40],
    "gzip_under_another_name.bin": gzip.compress(PLAIN),
    "zstd.zst": pa.compress(PLAIN, "zstd", asbytes=True),
    "zip.zip": _zip(),
    "gzip_in_gzip.gz": gzip.compress(gzip.compress(PLAIN)),
    "snappy.parquet": _parquet(_rows(NEEDLE), compression="snappy", write_statistics=False),
    "zstd.parquet": _parquet(_rows(NEEDLE), compression="zstd", write_statistics=False),
    "plain_pages.parquet": _parquet(_rows(NEEDLE), compression="gzip", use_dictionary=False, write_statistics=False),
    "binary.parquet": _parquet(pa.table({"a": [b"\xff" + PLAIN]}), compression="zstd"),
    "nested.parquet": _parquet(pa.table({"a": [[{"b": NEEDLE}]]}), compression="zstd"),
    "unused_word.parquet": _parquet(pa.table({"a": pa.DictionaryArray.from_arrays([0], ["x", NEEDLE])}), compression="zstd"),
    "metadata.parquet": _parquet(_rows("x").replace_schema_metadata({"note": base64.b64encode(PLAIN)})),
    "escaped.json": json.dumps({"name": NEEDLE}).encode(),
    "json_in_json.json": json.dumps({"stats": json.dumps({"min": NEEDLE})}).encode(),
    "entities.html": f"<p>{''.join(f'&#{ord(letter)};' for letter in NEEDLE)}</p>".encode(),
    "escaped.html": html.escape(NEEDLE).encode(),
    "packed_data_uri.html": b'<a href="data:application/gzip;base64,' + base64.b64encode(gzip.compress(PLAIN)) + b'">',
    "data_uri.html": b'<img src="data:image/png;base64,' + base64.b64encode(b"x" * 31 + PLAIN) + b'">',
    "text.npy": _npy(np.array([NEEDLE])),
    "bytes.npy": _npy(np.array([PLAIN])),
    "metadata.onnx": _model(note=NEEDLE),
    "packed_metadata.onnx": _model(note=base64.b64encode(gzip.compress(PLAIN)).decode()),
    "words.onnx": _words_model(),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_needle_is_found_in(tmp_path, name):
    (tmp_path / name).write_bytes(PLANTED[name])
    assert [place for place in find(tmp_path, NEEDLE) if place.startswith(name) and not place.endswith("unreadable")]


@pytest.mark.parametrize("shift", [0, 1, 2])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_needle_is_found_in_base64_wherever_its_group_begins(tmp_path, shift, encode):
    (tmp_path / "key.txt").write_bytes(b"token: " + encode(b"?" * shift + PLAIN + b"???"))
    assert find(tmp_path, NEEDLE)


def test_a_needle_is_found_in_a_cell_and_in_the_log_of_sqlite(tmp_path):
    con = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    con.execute("pragma journal_mode = wal")
    con.execute("create table t (value text)")
    con.execute("insert into t values (?)", (json.dumps({"name": NEEDLE}),))
    found = find(tmp_path, NEEDLE)
    con.close()
    assert any(place.startswith("store.db > sqlite t") for place in found)
    assert any(place.startswith("store.db-wal") for place in found)


def test_a_needle_is_found_in_what_sqlite_has_deleted_and_not_overwritten(tmp_path):
    con = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    con.execute("pragma secure_delete = off")
    con.execute("create table t (value text)")
    con.execute("insert into t values (?)", (NEEDLE,))
    con.execute("delete from t")
    con.close()
    assert find(tmp_path, NEEDLE) == ["store.db: plain"]


def test_a_needle_is_found_in_a_delta_table_and_in_its_log(tmp_path):
    write_deltalake(str(tmp_path / "lake"), pa.table({"a": [NEEDLE, "x"]}))
    found = find(tmp_path, NEEDLE)
    assert any("parquet column a" in place for place in found)
    assert any("_delta_log" in place for place in found)


def test_a_needle_is_found_in_the_name_of_a_folder(tmp_path):
    (tmp_path / f"customer={NEEDLE}").mkdir()
    (tmp_path / "a.txt").write_text("x")
    assert find(tmp_path, NEEDLE) == [f"customer={NEEDLE} (its name): plain"]


def test_where_there_is_no_needle_nothing_is_found(tmp_path):
    for name, data in PLANTED.items():
        (tmp_path / name).write_bytes(data)
    assert [place for place in find(tmp_path, "Somebody-Else-7") if not place.startswith("cut_off")] == []


@pytest.mark.parametrize("name", ["half.parquet", "half.onnx"])
def test_what_cannot_be_unpacked_is_not_cleared(tmp_path, name):
    (tmp_path / name).write_bytes((b"PAR1" if name.endswith("parquet") else b"") + b"\xff" * 50)
    assert [place.rpartition(": ")[2] for place in find(tmp_path, NEEDLE)] == ["unreadable"]


def test_a_short_needle_is_refused(tmp_path):
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(ValueError, match="chance"):
        find(tmp_path, "ab")


def test_an_empty_folder_clears_nothing(tmp_path):
    with pytest.raises(FileNotFoundError):
        find(tmp_path, NEEDLE)
