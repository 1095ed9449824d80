"""S3 and what speaks like it. Endpoint, region and credentials are those of the AWS configuration and of fsspec's own.

Names never pass through fsspec's paths, which would read `a.pdf?versionId=1` as another object.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import s3fs
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from fsspec.asyn import sync

from sigcheck.running.remote.patience import CONNECT_SECONDS, REQUEST_SECONDS, patiently
from sigcheck.running.remote.stores import StoredFile, StoreRefusedError, Unread

_OTHERWISE_TEMPORARY: Final = frozenset({408, 409, 425, 429})
"""Among the 4xx: time-out, conflict with another request, too early, too many."""
_TEMPORARY_CODES: Final = frozenset({"RequestTimeout", "SlowDown", "Throttling", "RequestLimitExceeded"})


class S3Store:
    """One bucket."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket
        self._fs = s3fs.S3FileSystem(
            use_listings_cache=False,
            skip_instance_cache=True,
            config_kwargs={
                "connect_timeout": CONNECT_SECONDS,
                "read_timeout": REQUEST_SECONDS / 2,
                "retries": {"max_attempts": 0},
            },
        )
        self._fs.retries = 1  # `patiently` is the one place that asks again

    def listed(self, name: str) -> Iterator[StoredFile | Unread]:
        """Pages of 1,000, in the order of the keys' UTF-8 octets, as S3 has it."""
        if name and not name.endswith("/"):
            first = self._page({"Prefix": name, "MaxKeys": 1}).get("Contents", ())
            if first and first[0]["Key"] == name:  # nothing that begins with a key comes before it
                yield _stored(first[0])
                return
            name += "/"
        asked: dict[str, Any] = {"Prefix": name}
        while True:
            page = self._page(asked)
            yield from (_stored(item) for item in page.get("Contents", ()) if not item["Key"].endswith("/"))
            token = page.get("NextContinuationToken")
            if not page.get("IsTruncated") or not token:
                return
            if token == asked.get("ContinuationToken"):
                raise StoreRefusedError("the listing does not go on")
            asked["ContinuationToken"] = token

    def _page(self, asked: dict[str, Any]) -> dict[str, Any]:
        return patiently(lambda: self._ask(self._call, "list_objects_v2", asked))

    def read(self, file: StoredFile, start: int, end: int) -> bytes:
        if start >= end:
            return b""
        return patiently(lambda: bytes(self._ask(self._range, file, start, end)))

    def _ask(self, function: Any, *arguments: Any) -> Any:
        try:
            return sync(self._fs.loop, function, *arguments, timeout=REQUEST_SECONDS)
        except Exception as error:
            if _is_final(error):
                raise StoreRefusedError(str(error)) from error
            raise

    async def _call(self, method: str, asked: dict[str, Any]) -> Any:
        return await self._fs._call_s3(method, Bucket=self._bucket, **asked)  # noqa: SLF001 - the coroutine of its public `call_s3`

    async def _range(self, file: StoredFile, start: int, end: int) -> bytes:
        asked = {"Key": file.name, "Range": f"bytes={start}-{end - 1}"}
        if file.entity_tag:
            asked["IfMatch"] = file.entity_tag
        response = await self._call("get_object", asked)
        content = bytearray()
        async with response["Body"] as body:
            if start and not str(response.get("ContentRange", "")).startswith(f"bytes {start}-"):
                raise StoreRefusedError("the store does not answer ranges")
            while len(content) < end - start and (piece := await body.read(end - start - len(content))):
                content += piece
        if len(content) < end - start:
            raise ConnectionError("the answer ended too early")
        return bytes(content)


def _stored(item: dict[str, Any]) -> StoredFile:
    tag, size, changed = str(item.get("ETag", "")), int(item["Size"]), item.get("LastModified")
    version = f"{tag} {size} {changed.isoformat() if changed is not None else ''}" if tag else ""
    return StoredFile(item["Key"], size, version, tag)


def _is_final(error: BaseException) -> bool:
    """Whether the answer will be the same next time: most of 4xx, and what is wrong before anything is sent."""
    cause = error if isinstance(error, ClientError) else error.__cause__
    if isinstance(cause, ClientError):
        code = str(cause.response.get("Error", {}).get("Code", ""))
        number = cause.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return 400 <= number < 500 and number not in _OTHERWISE_TEMPORARY and code not in _TEMPORARY_CODES
    return isinstance(error, BotoCoreError) and not isinstance(error, HTTPClientError)
