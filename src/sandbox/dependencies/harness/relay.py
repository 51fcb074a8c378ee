"""
Runs in the container that installs dependencies: relay.py PLAN. It has no network; what pip sends to the proxy on its
loopback goes over our own stdin and stdout to the other side, which decides where it may go. See relayFrames.ts.
"""

import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import threading

OPEN, DATA, END, LOG, DONE = 1, 2, 3, 4, 5
HEAD = struct.Struct(">BII")

connections = {}
lock = threading.Lock()
sending = threading.Lock()


def send(kind, number, content=b""):
    with sending:
        data = HEAD.pack(kind, number, len(content)) + content
        while data:
            data = data[os.write(1, data) :]


def read_exactly(size):
    parts = []
    while size > 0:
        part = os.read(0, min(size, 65536))
        if not part:
            # The other side is gone: nobody would take what is made here.
            os._exit(92)
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def receive():
    while True:
        kind, number, size = HEAD.unpack(read_exactly(HEAD.size))
        content = read_exactly(size)
        with lock:
            connection = connections.get(number)
        if connection is None:
            continue
        try:
            if kind == DATA:
                connection.sendall(content)
            elif kind == END:
                connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def carry(number, connection):
    try:
        while True:
            content = connection.recv(65536)
            if not content:
                break
            send(DATA, number, content)
    except OSError:
        pass
    send(END, number)


def accept(server):
    number = 0
    while True:
        connection, _ = server.accept()
        number += 1
        with lock:
            connections[number] = connection
        send(OPEN, number)
        threading.Thread(target=carry, args=(number, connection), daemon=True).start()


def run(step):
    environment = {"PATH": os.environ.get("PATH", ""), **step["env"]}
    try:
        process = subprocess.Popen(
            step["command"],
            cwd=step["cwd"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    except OSError as error:
        send(LOG, 0, f"{error}\n".encode())
        return 127
    while True:
        output = os.read(process.stdout.fileno(), 65536)
        if not output:
            return process.wait()
        send(LOG, 0, output)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        plan = json.load(file)
    server = socket.create_server(("127.0.0.1", plan["proxyPort"]))
    threading.Thread(target=receive, daemon=True).start()
    threading.Thread(target=accept, args=(server,), daemon=True).start()
    outcome = {"folders": []}
    for index, step in enumerate(plan["steps"]):
        code = run(step)
        if code != 0:
            outcome = {"failedStep": index, "exitCode": code, "folders": []}
            break
    else:
        for path in plan["remove"]:
            shutil.rmtree(path, ignore_errors=True)
    send(DONE, 0, json.dumps(outcome).encode())
    os._exit(0)


main()
