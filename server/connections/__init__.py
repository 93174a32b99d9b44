"""One live connection, from the first byte of its request to the last of its close.

    listener.py        sockets, TLS, the task group: the composition of what follows
    handshake.py     * the request's head → an opening, or the exact refusal
    authentication.py  token, key or ticket → identity; what has ended is nobody
    connection.py      one socket: frames in and out, rooms joined and left, the boundary for bugs
    frame_reader.py  * bytes → whole messages; control frames and fragments by the library
    greeting.py        hello and auth: who the connection speaks for
    joining.py         asking a room, the one thing here that waits
    granted.py       * a key's place in a room: the follower behind what the key is allowed
    passing.py         presence at its rate
    outbox.py          what a connection keeps while its transport owes too much
    registry.py        all connections: limits, replacement, closing what has ended, draining
    endings.py       * what has ended → the exact close
    overdue.py         what has run out on one connection
    sweeper.py         the one periodic task, that asks overdue.py about everybody
    rate_limit.py    * token buckets by address
    surroundings.py    what all connections share

`*`: no socket, no clock, no task.
"""
