"""Downloading one file: streamed, bounded in bytes and time, kept only if its checksum is right (by pooch)."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from engines.errors import DatasetUnavailable

_CHUNK = 2**16
_TIMEOUT = 30.0  # seconds without an answer or another byte


@dataclass(frozen=True)
class RemoteFile:
    """A published file: its name, its size in bytes and the SHA-256 of its bytes (hexadecimal)."""

    name: str
    size: int
    sha256: str


def data_folder(dataset: str) -> Path:
    """Where a dataset's files are kept: under $GRADIENT_ENGINE_DATA, or else under the user's cache folder."""
    import pooch

    root = os.environ.get("GRADIENT_ENGINE_DATA") or pooch.os_cache("gradient-engine")
    return Path(os.path.expanduser(root)) / dataset


def fetch(file: RemoteFile, mirrors: Sequence[str], folder: Path, report: Callable[[int], None]) -> None:
    """Makes sure that `folder` has the file, downloading it from the first of the `mirrors` that can give it.

    `report` hears how many of its bytes have come so far; an exception it raises ends the download. The file
    appears in the folder only when complete and right; one that is there already and right is left alone.
    Raises `DatasetUnavailable`, about the last mirror tried.
    """
    import pooch

    from engines.datasets.remote.steady import TooSlow

    error: Exception = OSError("there is no mirror")
    for mirror in mirrors:
        try:
            pooch.retrieve(
                f"{mirror}/{file.name}",
                known_hash=f"sha256:{file.sha256}",
                fname=file.name,
                path=folder,
                downloader=_downloader(file, report),
            )
            return report(file.size)
        except (OSError, ValueError, TooSlow) as failure:  # ValueError is pooch's word for a wrong checksum
            error = failure
    raise _unavailable(file, mirror, folder, error) from error


def _downloader(file: RemoteFile, report: Callable[[int], None]) -> Callable[..., None]:
    from engines.datasets.remote.steady import session

    def download(url: str, output_file: str, _pooch: object) -> None:
        # "identity", or a server may compress the .gz once more on the way, and requests unpack it
        headers = {"Accept-Encoding": "identity"}
        with (
            session(file.size) as client,
            client.get(url, stream=True, timeout=_TIMEOUT, headers=headers) as response,
            open(output_file, "wb") as output,
        ):
            response.raise_for_status()
            received = 0
            for chunk in response.iter_content(_CHUNK):
                received += len(chunk)
                if received > file.size:
                    raise ValueError(f"more than {file.size} bytes")
                output.write(chunk)
                report(received)

    return download


def _unavailable(file: RemoteFile, mirror: str, folder: Path, error: Exception) -> DatasetUnavailable:
    import requests

    from engines.datasets.remote.steady import TooSlow

    host = urlsplit(mirror).netloc
    if isinstance(error, TooSlow):
        return DatasetUnavailable(
            "{host} is sending {file} too slowly, or not at all: try again later, or choose another dataset.",
            host=host,
            file=file.name,
        )
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return DatasetUnavailable(
            "{host} answered {status} when asked for {file}: try again later, or choose another dataset.",
            host=host,
            status=error.response.status_code,
            file=file.name,
        )
    if isinstance(error, requests.RequestException):
        return DatasetUnavailable(
            "{host} cannot be reached, or the connection was lost while {file} was downloading: check the "
            "network and try again, or choose another dataset.",
            host=host,
            file=file.name,
        )
    if isinstance(error, OSError):
        return DatasetUnavailable(
            "{file} cannot be saved in {folder} ({reason}): set GRADIENT_ENGINE_DATA to a writable folder with "
            "enough space.",
            file=file.name,
            folder=folder,
            reason=error.strerror or error,
        )
    return DatasetUnavailable(
        "The {file} that {host} sent is not the published one (its size or SHA-256 differs), so it was "
        "discarded: try again later, or choose another dataset.",
        host=host,
        file=file.name,
    )
