"""Python finds this in every process that a test starts (PYTHONPATH, see tests/conftest.py): no connection leaves through sockets there either."""

import sys


def _refuse(event: str, args: tuple[object, ...]) -> None:
    if event == "socket.connect" and isinstance(args[1], tuple):
        raise PermissionError("the tests run with the network blocked")
    if event == "socket.getaddrinfo":
        raise PermissionError("the tests run with the network blocked")


sys.addaudithook(_refuse)
