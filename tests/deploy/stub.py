"""A server that stands in for a replica: it says which one it is, as late as a test wants, and holds connections."""

import threading
import time
from base64 import b64encode
from contextlib import contextmanager, suppress
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Stub(ThreadingHTTPServer):
    """`delay`: seconds until it answers. What it is asked for is in `asked`."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, name):
        self.name, self.delay, self.asked, self.held = name, 0.0, [], []
        super().__init__(("127.0.0.1", 0), _Answer)

    @property
    def port(self):
        return self.server_address[1]

    def handle_error(self, request, client_address):
        pass  # a connection that the balancer has closed

    def end(self):
        """As a killed process does: nobody listens any more, and its connections are closed."""
        self.shutdown()
        self.server_close()
        for connection in self.held:
            with suppress(OSError):
                connection.close()


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path != "/_stcore/health":
            self.server.asked.append((self.path, dict(self.headers)))
        time.sleep(self.server.delay)
        if self.path == "/stream":
            return self._hold()
        told = self.server.name.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def _hold(self):
        """As a WebSocket: until the other side closes."""
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        key = self.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3
        self.send_header("Sec-WebSocket-Accept", b64encode(sha1(key.encode()).digest()).decode())
        self.end_headers()
        self.server.held.append(self.connection)
        with suppress(OSError, ValueError):
            self.rfile.read(1)
        self.close_connection = True

    def log_message(self, *_what):
        pass


@contextmanager
def stubs(count):
    """That many, listening, called "0", "1", …"""
    servers = [Stub(str(index)) for index in range(count)]
    for server in servers:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield servers
    finally:
        for server in servers:
            server.end()
