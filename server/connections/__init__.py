"""One live connection, from the first byte of its request to the last of its close.

    listener.py        sockets, TLS, the task group: the composition of what follows handshake.py
    * the request's head → an opening, or the exact refusal authentication.py  token → identity
    connection.py      one socket: frames in and out, rooms joined and left, the boundary for bugs
    frame_reader.py  * bytes → whole messages; control frames and fragments by the library
    joining.py         asking a room, the one thing here that waits
    outbox.py          what a connection keeps while its transport owes too much, and the verdict
    "slow" registry.py        all connections: limits, replacement, closing by account, draining
    rate_limit.py    * token buckets by address sweeper.py         the one periodic task: what has
    run out of time

`*`: no socket, no clock, no task.
"""
