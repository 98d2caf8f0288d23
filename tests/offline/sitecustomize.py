"""Python finds this in every process that a test starts (PYTHONPATH, see tests/conftest.py): no connection leaves this machine through sockets there either."""

import sys

HERE = ("127.0.0.1", "::1")


def _refuse(event: str, args: tuple[object, ...]) -> None:
    if event == "socket.connect" and isinstance(args[1], tuple) and args[1][0] not in HERE:
        raise PermissionError("the tests run with the network blocked")
    if event == "socket.getaddrinfo" and args[0] not in HERE:
        raise PermissionError("the tests run with the network blocked")


sys.addaudithook(_refuse)
