"""Where bytes lie: a folder, or `s3://bucket/prefix`. Keys come from the environment or the usual profile, and never leave this room in words.

A place on S3 is a URI that carries what a site file says of its server: `s3://bucket/prefix?endpoint=http://host:port&region=eu-west-1`.
"""

from __future__ import annotations

import configparser
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

from chaland.errors import ChalandError, PartMissing, Where

S3 = "s3://"
# A question mark may also stand in a pattern or in the name of an object.
_TOLD = re.compile(r"\?(?=endpoint=|region=)")
PROVIDERS = "software.amazon.awssdk.auth.credentials"
# A server that is gone must end in words within a minute: one slow request may last so long, and only quick failures are tried again.
SECONDS = 25
PIECE = 8 << 20
PATIENT = {
    "timeout": f"{SECONDS}s",
    "connect_timeout": "5s",
    "max_retries": "4",
    "retry_timeout": f"{SECONDS}s",
    "backoff_config.max_backoff": "2s",
}


@dataclass(frozen=True)
class Entry:
    """An object of S3: its name below what was listed, its URI and its size."""

    name: str
    uri: str
    bytes: int


@dataclass(frozen=True, repr=False)
class Server:
    """Which server a place lies on, and the key to it; never shown."""

    endpoint: str | None
    region: str
    key: str
    secret: str
    token: str | None


def remote(path: str | Path) -> bool:
    """Whether a path is a place on S3 (a Path folds the two slashes into one)."""
    return str(path).startswith(("s3:/",))


def uri(path: str | Path) -> str:
    """The place on S3 as a URI, whatever a Path did to its slashes."""
    return S3 + str(path).removeprefix("s3:").lstrip("/")


def located(at: str, endpoint: str | None = None, region: str | None = None) -> str:
    """The place on S3 that carries its server's address and region, where they are said."""
    told = {name: value for name, value in (("endpoint", endpoint), ("region", region)) if value}
    return at.rstrip("/") + (f"?{urlencode(told)}" if told else "")


def join(root: str, name: str) -> str:
    """The place of a name below another place or folder."""
    return f"{bare(root).rstrip('/')}/{name}{_server_told(root)}"


def bare(place: str) -> str:
    """`s3://bucket/key`, as clients want it."""
    before = _TOLD.split(place)[0]
    return uri(before) if remote(before) else before


def bucket(place: str) -> str:
    """The name of the bucket."""
    return bare(place).removeprefix(S3).partition("/")[0]


def options(place: str | Path) -> dict[str, str] | None:
    """What delta-rs must know of a place; None for a folder. Raises PartMissing where there is no key."""
    if not remote(place):
        return None
    server = _server(str(place))
    told = {"aws_access_key_id": server.key, "aws_secret_access_key": server.secret, "aws_region": server.region} | PATIENT
    if server.token:
        told["aws_session_token"] = server.token
    if server.endpoint:
        told |= {"aws_endpoint_url": server.endpoint, "aws_allow_http": str(server.endpoint.startswith("http://")).lower()}
    return told


def hadoop(place: str) -> dict[str, str]:
    """What Spark's s3a must know of a place, as Hadoop settings of its bucket; no key is among them.

    The key is found by the providers named here, where each process runs: in its environment or its ~/.aws/credentials.
    """
    server = _server(place)
    told = {
        "aws.credentials.provider": f"{PROVIDERS}.EnvironmentVariableCredentialsProvider,{PROVIDERS}.ProfileCredentialsProvider",
        "endpoint.region": server.region,
        "connection.establish.timeout": "5s",
        "connection.timeout": f"{SECONDS}s",
        "attempts.maximum": "2",
        "retry.limit": "3",
    }
    if server.endpoint:
        secure = str(server.endpoint.startswith("https://")).lower()
        told |= {"endpoint": server.endpoint, "path.style.access": "true", "connection.ssl.enabled": secure}
    return {f"fs.s3a.bucket.{bucket(place)}.{name}": value for name, value in told.items()}


def s3a(place: str) -> str:
    """The same place as Spark's s3a wants it; a folder stays as it is."""
    return "s3a://" + bare(place).removeprefix(S3) if remote(place) else place


def read(place: str) -> bytes | None:
    """The bytes of an object, or None where there is none."""
    with told(place):
        try:
            with _filesystem(place).open_input_stream(_key(place)) as stream:
                content: bytes = stream.read()
                return content
        except FileNotFoundError:
            return None


def send(file: Path, place: str) -> None:
    """Put a file of this disk there, whole or not at all."""
    from pyarrow import fs

    with told(place):
        fs.copy_files(str(file), _key(place), source_filesystem=fs.LocalFileSystem(), destination_filesystem=_filesystem(place))


def fetch(place: str, file: Path) -> Path:
    """Bring an object to a file of this disk (0600), whole or not at all."""
    from pyarrow import fs

    with _landing(file) as part, told(place):
        fs.copy_files(_key(place), str(part), source_filesystem=_filesystem(place), destination_filesystem=fs.LocalFileSystem())
    return file


def fetch_stretches(place: str, file: Path, stretches: Sequence[tuple[int, int]]) -> Path:
    """Bring these bytes of an object, from begin to end each, one after the other to a file of this disk (0600), all or nothing."""
    with _landing(file) as part, told(place), _filesystem(place).open_input_file(_key(place)) as source, open(part, "wb") as out:
        for begin, end in stretches:
            for at in range(begin, end, PIECE):
                out.write(source.read_at(min(PIECE, end - at), at))
    return file


@contextmanager
def _landing(file: Path) -> Iterator[Path]:
    """A private file that takes the name of `file` where all went well, and is gone where not."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = file.with_name(f".part-{os.urandom(4).hex()}-{file.name}")
    os.close(os.open(part, os.O_CREAT | os.O_WRONLY, 0o600))
    try:
        yield part
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def listed(place: str) -> list[Entry]:
    """All objects at and below a place, or files below a folder, in the order of their names."""
    found = [_entry(one, _key(place), place) for one in _below(place, recursive=True) if one.is_file]
    return sorted(found, key=lambda entry: entry.name)


def sized(place: str) -> Entry | None:
    """The object of exactly that name, or None."""
    from pyarrow import fs

    with told(place):
        one = _filesystem(place).get_file_info(_key(place))
        return Entry("", place, int(one.size)) if one.type == fs.FileType.File else None


def rows(place: str) -> int:
    """How many rows a Parquet file holds, by its footer."""
    import pyarrow.parquet as pq

    with told(place):
        system, key = _at(place)
        return int(pq.read_metadata(key, filesystem=system).num_rows)


def folders(place: str) -> list[str]:
    """The names one level below a place."""
    return sorted(one.base_name for one in _below(place, recursive=False) if not one.is_file)


def etag(place: str) -> str:
    """What S3 says of an object's content: another content, another tag."""
    with told(place), _filesystem(place).open_input_stream(_key(place)) as stream:
        said: bytes = stream.metadata()["ETag"]
        return said.decode().strip('"')


@contextmanager
def told(place: str | Path) -> Iterator[None]:
    """What S3 refuses, as a PartMissing in words; what happens in a folder is left as it is."""
    try:
        yield
    except OSError as error:
        if not remote(place):
            raise
        # From None: the client's own text may repeat a key.
        raise refused(str(place), error) from None


def refused(place: str, error: Exception) -> ChalandError:
    """What an error of an S3 client means to a person, without the client's own text where it is understood, and never with a key."""
    text = str(error)
    where = Where(bare(place))
    for signs, said, next in _MEANINGS:
        if re.search(signs, text, re.IGNORECASE):
            return PartMissing(said.format(bucket=bucket(place), server=_address(place)), where=where, next=next, code="s3")
    return PartMissing(f"S3 refused: {_scrubbed(place, text)}", where=where, next=_AGAIN, code="s3")


def from_hadoop(error: Exception) -> ChalandError | None:
    """What an error that Spark met on S3 means to a person; None where no place on S3 is named in it."""
    named = re.search(r"s3a://([^\s:,`'\"]+)", str(error))
    return refused(f"{S3}{named[1]}", error) if named else None


def _scrubbed(place: str, text: str) -> str:
    server = _server(place)
    for hidden in filter(None, (server.secret, server.token, server.key)):
        text = text.replace(hidden, "…")
    return " ".join(re.sub(r"\x1b\[\d+m", "", text).split())[:300]


_AGAIN = "Run the same command again once it is mended: nothing was half written, and the last version still stands."
_MEANINGS = (
    (
        r"no space left|os error 28|file too large|disk quota",
        "the disk of this machine is full",
        "Free some space, then run the same command again.",
    ),
    (
        r"InsufficientStorage|StorageFull|QuotaExceeded|QUOTA|status code: 507|507 ",
        "the S3 server {server} has no room left",
        f"Free some space there. {_AGAIN}",
    ),
    (
        r"NoSuchBucket|NO_SUCH_BUCKET|bucket does not exist",
        "there is no bucket {bucket!r} on the S3 server {server}",
        "Make it, or mend `at` in the site file.",
    ),
    (
        r"ExpiredToken|EXPIRED_TOKEN|RequestTimeTooSkewed",
        "the key for S3 has expired, or the clock of this machine is wrong",
        "Take a new key (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, or AWS_PROFILE).",
    ),
    (
        r"SignatureDoesNotMatch|SIGNATURE_DOES_NOT_MATCH|InvalidAccessKeyId|INVALID_ACCESS_KEY_ID|ACCESS_DENIED|AccessDenied|403 Forbidden|401 Unauthorized|lacked the necessary privileges|NoAuthWithAWS",
        "the S3 server {server} refuses the key for bucket {bucket!r}",
        "Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile that AWS_PROFILE names, and what it may do there.",
    ),
    (
        r"NETWORK_CONNECTION|curlCode|Unable to execute HTTP request|UnknownHostException|error sending request|timed out|connection (refused|reset|closed)|dns error|tcp connect|error decoding response body|SLOW_DOWN|50[0-4] |SERVICE_UNAVAILABLE|INTERNAL_FAILURE|InternalError|INTERNAL_ERROR|BadGateway|REQUEST_TIMEOUT|UNKNOWN \(HTTP status",
        "the S3 server {server} does not answer as it should",
        f"Is it up, and AWS_ENDPOINT_URL (or `endpoint` in the site file) right? {_AGAIN}",
    ),
)


def _address(place: str) -> str:
    said = _said(place).get("endpoint") or os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or "of AWS"
    return re.sub(r"//[^/@]*@", "//", said)


def _said(place: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(_server_told(place)[1:]).items()}


def _server_told(place: str) -> str:
    return place[len(_TOLD.split(place)[0]) :]


def _at(place: str) -> tuple[Any, str]:
    """The file system of a place or folder, and how the place is called there."""
    from pyarrow import fs

    return _filesystem(place) if remote(place) else fs.LocalFileSystem(), _key(place)


def _below(place: str, recursive: bool) -> list[Any]:
    """What lies below; nothing where nothing does, but no bucket at all is an error."""
    from pyarrow import fs

    with told(place):
        system, key = _at(place)
        found: list[Any] = system.get_file_info(fs.FileSelector(key, allow_not_found=True, recursive=recursive))
        if not found and remote(place) and system.get_file_info(bucket(place)).type == fs.FileType.NotFound:
            raise OSError("NoSuchBucket")
        return found


def _key(place: str) -> str:
    """`bucket/key`, as pyarrow wants it; a folder stays as it is."""
    return bare(place).removeprefix(S3).rstrip("/") if remote(place) else place


def _entry(one: Any, key: str, place: str) -> Entry:
    name = one.path.removeprefix(key).lstrip("/")
    return Entry(name, join(place, name), int(one.size))


def _filesystem(place: str) -> Any:
    from pyarrow import fs

    server = _server(place)
    return fs.S3FileSystem(
        access_key=server.key,
        secret_key=server.secret,
        session_token=server.token,
        region=server.region,
        endpoint_override=server.endpoint,
        connect_timeout=5,
        request_timeout=SECONDS // 2,
        check_directory_existence_before_creation=True,
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=2),
    )


def _server(place: str) -> Server:
    said, env = _said(place), os.environ
    profile = _profile()
    endpoint = said.get("endpoint") or env.get("AWS_ENDPOINT_URL_S3") or env.get("AWS_ENDPOINT_URL") or profile.get("endpoint_url")
    region = said.get("region") or env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION") or profile.get("region") or "us-east-1"
    if env.get("AWS_ACCESS_KEY_ID") and env.get("AWS_SECRET_ACCESS_KEY"):
        return Server(endpoint, region, env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"], env.get("AWS_SESSION_TOKEN") or None)
    if "aws_access_key_id" not in profile or "aws_secret_access_key" not in profile:
        raise PartMissing(
            "there is no key for S3",
            where=Where(bare(place)),
            next="Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile of ~/.aws/credentials with AWS_PROFILE.",
            code="s3",
        )
    return Server(endpoint, region, profile["aws_access_key_id"], profile["aws_secret_access_key"], profile.get("aws_session_token"))


def _profile() -> dict[str, str]:
    """What the usual profile says, of both of its files."""
    name = os.environ.get("AWS_PROFILE") or "default"
    files = (
        (os.environ.get("AWS_CONFIG_FILE") or "~/.aws/config", name if name == "default" else f"profile {name}"),
        (os.environ.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials", name),
    )
    told: dict[str, str] = {}
    for file, section in files:
        told |= _section(Path(file).expanduser(), section)
    return told


def _section(file: Path, section: str) -> dict[str, str]:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(file, encoding="utf-8")
        return dict(parser[section]) if parser.has_section(section) else {}
    except (configparser.Error, UnicodeDecodeError):
        # From None: what is wrong with the file may hold a key.
        raise PartMissing(
            "the profile of S3 cannot be read", where=Where(file.name), next="Mend the file, or set AWS_ACCESS_KEY_ID."
        ) from None
