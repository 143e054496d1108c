"""``dutybook mcp`` in a process of its own, as the program of an assistant starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

pytest.importorskip("mcp", reason="the extra mcp is not installed")

import anyio
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from builders import N, make_analysis
from dutybook.store import open_register

READING = ["search", "norm", "explain", "due", "diff", "works", "calendar", "changes"]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("assistants") / "register.db"
    with open_register(path) as register:
        register.add(make_analysis([N("Each operator shall report an incident.", bearer="operator")]), "1")
    return path


#: Runs the command in a process that has no sockets but those between its own threads.
WITHOUT_NETWORK = """
import socket, sys
def refuse(*_, **__):
    raise AssertionError("the network was asked")
socket.socket.connect = socket.socket.bind = socket.getaddrinfo = socket.create_connection = refuse
from dutybook.cli import run
sys.exit(run(sys.argv[1:]))
"""


def test_over_standard_input_and_output_without_a_network(database: Path) -> None:
    arguments = ["-c", WITHOUT_NETWORK, "--database", str(database), "mcp"]
    started = StdioServerParameters(command=sys.executable, args=arguments, env=dict(os.environ))

    async def main() -> None:
        with anyio.fail_after(60):
            async with Client(stdio_client(started)) as client:
                assert [tool.name for tool in (await client.list_tools()).tools] == READING
                found = await client.call_tool("search", {"words": "incident"})
                assert found.structured_content is not None
                (hit,) = found.structured_content["items"]
                assert (await client.read_resource(hit["uri"])).contents
                assert (await client.call_tool("norm", {"id": "zzzz"})).is_error

    # In a thread of its own: a browser of other tests may keep a loop in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(anyio.run, main).result()


def test_the_end_of_input_ends_it(database: Path) -> None:
    command = [sys.executable, "-m", "dutybook", "--database", str(database), "mcp"]
    done = subprocess.run(command, input=b"", capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, b"")


#: A shell that runs the tests in the background has them ignore the signal.
INTERRUPTIBLE = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from dutybook.cli import run
sys.exit(run(sys.argv[1:]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are others there")
def test_an_interrupt_ends_it_at_once(database: Path) -> None:
    command = [sys.executable, "-c", INTERRUPTIBLE, "--database", str(database), "mcp"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdin
    assert process.stdout
    process.stdin.write(b'{"jsonrpc":"2.0","id":1,"method":"ping"}\n')
    process.stdin.flush()
    assert b'"id":1' in process.stdout.readline()
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    # Its input is still open.
    assert process.wait(timeout=30) == -signal.SIGINT
    assert time.monotonic() - begun < 20
    for stream in (process.stdin, process.stdout, process.stderr):
        assert stream
        stream.close()


def test_lines_that_are_no_messages_do_not_end_it(database: Path) -> None:
    lines = b'no json\n[1, 2]\n\xff\xfe\n{"jsonrpc":"2.0","id":7,"method":"ping"}\n'
    command = [sys.executable, "-m", "dutybook", "--database", str(database), "mcp"]
    done = subprocess.run(command, input=lines, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0
    assert b'"id":7' in done.stdout
    assert b"Traceback" not in done.stderr
