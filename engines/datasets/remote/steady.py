"""HTTP that has to keep a pace: who drips, or says nothing, is left, however long he would go on.

A timeout of the usual kind starts again with every byte. Here each byte, those of the headers too, has a moment by
which it must have come: so many seconds after the start, and one more for every so many bytes received. The whole
answer has one too, with all redirections on the way to it.
"""

from __future__ import annotations

import io
import time
from functools import partial
from http.client import HTTPResponse
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool

PATIENCE = 30.0  # seconds that a server may take beyond what the pace allows
PACE = 50_000  # bytes a second


class TooSlow(Exception):
    """A server did not keep the pace."""


def session(size: int) -> requests.Session:
    """A session of `requests` for an answer of `size` bytes; `TooSlow` is raised where it does not keep the pace."""
    made, adapter = requests.Session(), _PacedAdapter(time.monotonic() + 2 * PATIENCE + size / PACE)
    for scheme in ("http://", "https://"):
        made.mount(scheme, adapter)
    return made


class _Paced(io.RawIOBase):
    """The bytes of a connection, as long as they come in time, and until `end` at the latest."""

    def __init__(self, sock: Any, raw: Any, end: float) -> None:
        self._sock, self._raw, self._end = sock, raw, end
        self._due = time.monotonic() + PATIENCE

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = min(self._due, self._end) - time.monotonic()
        if left <= 0:
            raise TooSlow
        self._sock.settimeout(min(left, PATIENCE))
        try:
            received = self._raw.readinto(buffer)
        except TimeoutError as error:
            raise TooSlow from error
        self._due += (received or 0) / PACE
        return received

    def close(self) -> None:
        self._raw.close()
        super().close()


class _PacedResponse(HTTPResponse):
    def __init__(self, sock: Any, *args: Any, end: float, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp: Any = io.BufferedReader(_Paced(sock, self.fp.detach(), end))


class _PacedAdapter(HTTPAdapter):
    """Gives urllib3 connections whose answers are `_PacedResponse`."""

    def __init__(self, end: float) -> None:
        response = partial(_PacedResponse, end=end)
        self._pools = {
            scheme: type(
                pool.__name__,
                (pool,),
                {"ConnectionCls": type("Paced", (pool.ConnectionCls,), {"response_class": response})},
            )
            for scheme, pool in (("http", HTTPConnectionPool), ("https", HTTPSConnectionPool))
        }
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **options)
        if not proxy.lower().startswith("socks"):  # those connect in a way of their own
            manager.pool_classes_by_scheme = self._pools
        return manager
