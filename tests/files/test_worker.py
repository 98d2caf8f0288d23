"""What a worker tells its parent."""

from __future__ import annotations

import json

from chaland.errors import DataError, Fault, PartMissing, Where
from chaland.files.pool import unpacked
from chaland.files.worker import packed


def test_an_error_survives_the_way_as_json():
    error = DataError("said", where=Where("f", 3, "c"), next="next", code="code", faults=[Fault(("k",), "s", "h", Where("f", 3), "c")])
    again = unpacked(json.loads(json.dumps(packed(error))))
    assert (type(again), again.document()) == (DataError, error.document())


def test_the_kind_of_error_survives_too():
    assert type(unpacked(packed(PartMissing("gone")))) is PartMissing


def test_a_kind_that_is_no_error_of_ours_becomes_a_data_error():
    assert type(unpacked({**packed(DataError("x")), "kind": "Iterable"})) is DataError
