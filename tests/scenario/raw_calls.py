#!/usr/bin/env python3
"""Holds calls open that no client of gRPC would make, over raw HTTP/2 (RFC 9113).

  raw_calls.py HOST PORT CERT KEY CA METHOD CONNECTIONS STREAMS incomplete BYTES
  raw_calls.py HOST PORT CERT KEY CA METHOD CONNECTIONS STREAMS unread REQUEST_FILE

Opens STREAMS calls of METHOD ("/package.Service/Method") on each connection. "incomplete": says that
the message has BYTES bytes and sends all of them but one. "unread": sends the request that is in the
file, and lets the server send no byte of an answer. Both as far as the server's windows let it.
Prints "sent N" with the bytes of messages that the server took when nothing more can be sent and
nothing more comes, then holds everything open until it is ended.
"""

import select
import signal
import socket
import ssl
import struct
import sys

DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE = 0, 1, 3, 4, 6, 7, 8
INITIAL_WINDOW = 4
QUIET_SECONDS = 1.0  # without an answer of the server: it takes no more


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def literal(name, value):
    """A header that is not indexed, RFC 7541 6.2.2; names and values under 127 bytes."""
    return b"\x00" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()


class Connection:
    def __init__(self, address, context, method, streams, message, size, window):
        """`message`: what is sent of each message, which is said to have `size` bytes; with all of
        them the request ends. `window`: bytes of an answer that are let through."""
        raw = socket.create_connection(address)
        self.tls = context.wrap_socket(raw, server_hostname="localhost")
        self.headers = b"".join(literal(*pair) for pair in [
            (":method", "POST"), (":scheme", "https"), (":path", method), (":authority", "localhost"),
            ("content-type", "application/grpc"), ("te", "trailers")])
        self.initial = 65535
        self.window = 65535
        self.received = b""
        self.taken = 0
        self.left = {}
        self.windows = {}
        self.open = True
        self.message = message
        self.ends = len(message) == size
        head = b"\x00" + struct.pack(">I", size)
        out = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
        out += frame(SETTINGS, 0, 0, struct.pack(">HI", INITIAL_WINDOW, window))
        for i in range(streams):
            stream = 2 * i + 1
            out += frame(HEADERS, 4, stream, self.headers) + frame(DATA, 0 if message or not self.ends else 1, stream, head)
            self.window -= len(head)
            self.left[stream] = len(message)
            self.windows[stream] = self.initial - len(head)
        self.send(out)

    def send(self, data):
        try:
            self.tls.setblocking(True)
            self.tls.settimeout(5)
            self.tls.sendall(data)
        except OSError:
            self.open = False

    def push(self):
        """Sends what the windows allow."""
        for stream in list(self.left):
            while self.open:
                size = min(16384, self.left[stream], self.window, self.windows[stream])
                if size <= 0:
                    break
                at = len(self.message) - self.left[stream]
                last = self.ends and size == self.left[stream]
                self.send(frame(DATA, 1 if last else 0, stream, self.message[at:at + size]))
                self.left[stream] -= size
                self.window -= size
                self.windows[stream] -= size
                self.taken += size

    def read(self):
        """Reads what is there. Result: whether there was something."""
        self.tls.settimeout(0)
        try:
            data = self.tls.recv(1 << 16)
        except (ssl.SSLWantReadError, BlockingIOError):
            return False
        except OSError:
            data = b""
        if not data:
            self.open = False
            return False
        self.received += data
        while len(self.received) >= 9:
            size = int.from_bytes(self.received[:3], "big")
            if len(self.received) < 9 + size:
                break
            kind, flags = self.received[3], self.received[4]
            stream = int.from_bytes(self.received[5:9], "big")
            self.handle(kind, flags, stream, self.received[9:9 + size])
            self.received = self.received[9 + size:]
        return True

    def handle(self, kind, flags, stream, payload):
        if kind == SETTINGS and not flags & 1:
            for at in range(0, len(payload), 6):
                name, value = struct.unpack(">HI", payload[at:at + 6])
                if name == INITIAL_WINDOW:
                    for each in self.windows:
                        self.windows[each] += value - self.initial
                    self.initial = value
            self.send(frame(SETTINGS, 1, 0))
        elif kind == PING and not flags & 1:
            self.send(frame(PING, 1, 0, payload))
        elif kind == WINDOW_UPDATE:
            more = int.from_bytes(payload, "big")
            if stream == 0:
                self.window += more
            elif stream in self.windows:
                self.windows[stream] += more
        elif kind == RST_STREAM or (kind == HEADERS and flags & 1):
            self.left.pop(stream, None)
            self.windows.pop(stream, None)
        elif kind == GOAWAY:
            self.left.clear()


def main():
    host, port, cert, key, ca, method, connections, streams, mode, what = sys.argv[1:]
    if mode == "unread":
        with open(what, "rb") as file:
            message = file.read()
        size, window = len(message), 0
    else:
        size, window = int(what), 65535
        message = b"x" * (size - 1)
    context = ssl.create_default_context(cafile=ca)
    context.check_hostname = False
    context.load_cert_chain(cert, key)
    context.set_alpn_protocols(["h2"])
    held = [Connection((host, int(port)), context, method, int(streams), message, size, window)
            for _ in range(int(connections))]
    while True:
        for each in held:
            each.push()
        ready = [each for each in held if each.open and each.tls.pending()]
        if not ready:
            sockets = {each.tls: each for each in held if each.open}
            readable = select.select(list(sockets), [], [], QUIET_SECONDS)[0] if sockets else []
            ready = [sockets[each] for each in readable]
            if not ready:
                break
        for each in ready:
            while each.open and each.read():
                pass
    print("sent", sum(each.taken for each in held), flush=True)
    signal.pause()


if __name__ == "__main__":
    main()
