"""
How results leave a process that the audited code shares, as in channel.ts. The key of the step comes over standard input
and is gone from there before any code of the project is loaded. What is used later is taken now, and written in C: the
code may replace any function that is written in Python.
"""

import os
from _json import encode_basestring_ascii as quote
from hashlib import sha256
from os import close as close_file, open as open_file, write as write_file
from posix import O_APPEND, O_CREAT, O_WRONLY

FLAGS = O_WRONLY | O_CREAT | O_APPEND
INNER = bytes(byte ^ 0x36 for byte in range(256))
OUTER = bytes(byte ^ 0x5C for byte in range(256))


def _read_key():
    digits = b""
    while chunk := os.read(0, 4096):
        digits += chunk
    # Nothing is left in the pipe, but the code expects a standard input that was never anything.
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    return bytes.fromhex(digits.decode())


def open_channel():
    """Two functions, `write(path, record)` and `word(label)`. To be called once, first thing."""
    os.environ.pop("SEAWORTHY_SIGNED", None)
    return create_channel(_read_key())


def _mac(key, data, sha256=sha256, INNER=INNER, OUTER=OUTER):
    block = key + bytes(32)
    return sha256(block.translate(OUTER) + sha256(block.translate(INNER) + data).digest()).digest()


def create_channel(first, mac=_mac, quote=quote, open_file=open_file, write_file=write_file, close_file=close_file, FLAGS=FLAGS):
    """The same for a key of one's own."""
    key = first
    text_of = str

    def plain(value):
        kind = type(value)
        return quote(value) if kind is text_of else "true" if value is True else value.__repr__() if kind is int else '""'

    def write(path, record):
        nonlocal key
        body = ("{" + ", ".join([quote(name) + ": " + plain(value) for name, value in record.items()]) + "}").encode()
        signature = mac(key, body)
        key = mac(key, signature)
        file = open_file(path, FLAGS, 0o644)
        try:
            write_file(file, signature.hex().encode() + b" " + body + b"\n")
        finally:
            close_file(file)

    def word(label):
        return mac(first, label.encode())[:8].hex()

    return write, word


def signed_bodies(key, lines, mac=_mac):
    """What was signed with `key`, line by line; ends at the first line that was not."""
    for line in lines:
        signature, _, body = line.partition(b" ")
        own = mac(key, body)
        if own.hex().encode() != signature:
            return
        key = mac(key, own)
        yield body
