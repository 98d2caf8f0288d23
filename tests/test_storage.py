"""Bytes lie in a folder or on S3, and no key is ever told."""

import json
import os
import resource
import signal
from pathlib import Path

import pytest

from chaland import storage
from chaland.errors import PartMissing

pytest_plugins = ("tests.servers",)
PLACE = "s3://bucket/lake?endpoint=http%3A%2F%2F127.0.0.1%3A9&region=eu-west-3"
KEYS = {"AWS_ACCESS_KEY_ID": "AKMADEUP", "AWS_SECRET_ACCESS_KEY": "made-up-secret"}


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def no_key(keys: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment without a key, whose profiles lie in the folder given."""
    for name in KEYS:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    return tmp_path


def file(folder: Path, content: bytes) -> Path:
    (folder / "some").write_bytes(content)
    return folder / "some"


def test_a_place_carries_its_server_and_keeps_it_below() -> None:
    place = storage.located("s3://bucket/lake/", "http://127.0.0.1:9", "eu-west-3")
    assert place == PLACE
    assert storage.bare(storage.join(place, "clean/people")) == "s3://bucket/lake/clean/people"
    assert storage.join("folder", "clean/people") == "folder/clean/people"


@pytest.mark.parametrize(("path", "far"), [("s3://b/p", True), (Path("s3://b/p"), True), ("/s3/b", False), (Path("lake"), False)])
def test_a_place_on_s3_is_told_from_a_folder(path: str | Path, far: bool) -> None:
    assert storage.remote(path) is far


def test_a_path_gets_its_slashes_back() -> None:
    assert storage.uri(Path("s3://bucket/prefix")) == "s3://bucket/prefix"


def test_the_site_file_comes_before_the_environment(keys: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://elsewhere")
    told = storage.options(PLACE) or {}
    assert (told["aws_endpoint_url"], told["aws_region"], told["aws_allow_http"]) == ("http://127.0.0.1:9", "eu-west-3", "true")
    assert (storage.options("s3://bucket") or {})["aws_endpoint_url"] == "https://elsewhere"


def test_a_folder_needs_no_options() -> None:
    assert storage.options("lake/clean/people") is None


def test_without_a_key_the_usual_profile_is_asked(no_key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (no_key / "credentials").write_text(
        "[default]\naws_access_key_id = a\naws_secret_access_key = b%c\n[work]\naws_access_key_id = w\naws_secret_access_key = x\n"
    )
    (no_key / "config").write_text("[default]\nregion = eu-west-1\n[profile work]\nregion = eu-west-2\n")
    assert [(storage.options("s3://b") or {})[f"aws_{word}"] for word in ("access_key_id", "secret_access_key", "region")] == [
        "a",
        "b%c",
        "eu-west-1",
    ]
    monkeypatch.setenv("AWS_PROFILE", "work")
    assert [(storage.options("s3://b") or {})[f"aws_{word}"] for word in ("access_key_id", "region")] == ["w", "eu-west-2"]


def test_no_key_at_all_is_told(no_key: Path) -> None:
    with pytest.raises(PartMissing, match="no key for S3"):
        storage.options("s3://bucket")


def test_a_broken_profile_is_told_without_repeating_it(no_key: Path) -> None:
    (no_key / "credentials").write_text("[default\naws_secret_access_key = made-up-secret\n")
    with pytest.raises(PartMissing, match="cannot be read") as told:
        storage.options("s3://bucket")
    assert "made-up" not in f"{told.value}{told.value.__cause__}{told.value.__suppress_context__ or told.value.__context__}"


def test_spark_is_told_no_key(keys: None) -> None:
    told = json.dumps(storage.hadoop(PLACE))
    assert not any(value in told for value in KEYS.values())
    assert storage.hadoop(PLACE)["fs.s3a.bucket.bucket.endpoint"] == "http://127.0.0.1:9"
    assert (storage.s3a(PLACE), storage.s3a("lake/t")) == ("s3a://bucket/lake", "lake/t")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("AWS Error NO_SUCH_BUCKET during PutObject", "there is no bucket 'bucket'"),
        ("<Code>SignatureDoesNotMatch</Code>", "refuses the key"),
        ("<Code>ExpiredToken</Code>", "has expired"),
        ("<Code>InsufficientStorage</Code>", "no room left"),
        ("curlCode: 7, Could not connect to server", "does not answer"),
        ("No space left on device (os error 28)", "the disk of this machine is full"),
        ("odd: AKMADEUP made-up-secret", "odd: … …"),
    ],
)
def test_what_s3_refuses_is_told_without_a_key(keys: None, text: str, said: str) -> None:
    told = storage.refused(PLACE, OSError(text))
    assert said in told.said
    assert told.exit_code == 4
    assert not any(value in str(told) for value in KEYS.values())


def test_what_spark_meets_on_s3_is_told_in_words() -> None:
    told = storage.from_hadoop(
        OSError("java.nio.file.AccessDeniedException: s3a://bucket/lake/t: NoAuthWithAWSException: No AWS Credentials")
    )
    assert told is not None
    assert "refuses the key for bucket 'bucket'" in told.said
    assert storage.from_hadoop(OSError("java.lang.OutOfMemoryError")) is None


def test_what_is_sent_is_fetched_and_listed(s3: str, tmp_path: Path) -> None:
    storage.send(file(tmp_path, b"bytes"), f"{s3}/a/b.txt")
    assert [(entry.name, entry.bytes) for entry in storage.listed(s3)] == [("a/b.txt", 5)]
    assert storage.folders(s3) == ["a"]
    assert storage.read(f"{s3}/a/b.txt") == b"bytes"
    near = storage.fetch(f"{s3}/a/b.txt", tmp_path / "near" / "b.txt")
    assert (near.read_bytes(), near.stat().st_mode & 0o777) == (b"bytes", 0o600)
    assert storage.read(f"{s3}/none") is None


def test_an_empty_file_is_sent_too(s3: str, tmp_path: Path) -> None:
    storage.send(file(tmp_path, b""), f"{s3}/empty")
    assert storage.read(f"{s3}/empty") == b""


def test_another_content_has_another_tag(s3: str, tmp_path: Path) -> None:
    tags = []
    for content in (b"one", b"one", b"two"):
        storage.send(file(tmp_path, content), f"{s3}/a")
        tags.append(storage.etag(f"{s3}/a"))
    assert tags[0] == tags[1] != tags[2]


def test_a_fetch_that_fails_leaves_nothing(s3: str, tmp_path: Path) -> None:
    with pytest.raises(PartMissing):
        storage.fetch(f"{s3}/none", tmp_path / "near" / "b")
    assert list((tmp_path / "near").iterdir()) == []


def test_a_full_disk_is_told_and_nothing_stays(s3: str, tmp_path: Path) -> None:
    storage.send(file(tmp_path, b"x" * 100_000), f"{s3}/large")
    allowed = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, allowed[1]))
    try:
        with pytest.raises(PartMissing, match="the disk of this machine is full"):
            storage.fetch(f"{s3}/large", tmp_path / "near" / "large")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, allowed)
    assert list((tmp_path / "near").iterdir()) == []


def test_a_wrong_key_is_told(s3: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made-up-secret")
    with pytest.raises(PartMissing, match="refuses the key") as told:
        storage.listed(s3)
    assert "made-up" not in str(told.value)


def test_a_missing_bucket_is_told(s3: str, tmp_path: Path) -> None:
    with pytest.raises(PartMissing, match="there is no bucket 'never-made'"):
        storage.listed("s3://never-made/prefix")


@pytest.mark.slow
def test_a_server_that_hangs_ends_in_words(own_s3: Path) -> None:
    os.kill(int((own_s3 / "s3.pid").read_text()), signal.SIGSTOP)
    with pytest.raises(PartMissing, match="does not answer"):
        storage.listed("s3://chaland/prefix")
