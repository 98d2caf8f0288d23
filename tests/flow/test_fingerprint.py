"""A step runs again where what it is made from changed, and only there."""

from chaland.flow import fingerprint
from chaland.spec import Features


def test_equal_parts_have_equal_fingerprints() -> None:
    assert fingerprint.of({"b": 1, "a": [2]}, "x") == fingerprint.of({"a": [2], "b": 1}, "x")


def test_any_part_counts() -> None:
    assert (
        len(
            {
                fingerprint.of("x"),
                fingerprint.of("x", None),
                fingerprint.of("y"),
                fingerprint.of(Features(kind="profile")),
                fingerprint.of(Features(kind="profile", columns=["a"])),
            }
        )
        == 5
    )


def test_the_code_is_part_of_it() -> None:
    assert len(fingerprint.code_version()) == 16
