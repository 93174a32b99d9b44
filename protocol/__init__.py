"""What is said. Both halves of the conversation, with no socket, no clock and no randomness.

    SPEC.md               the numbered rules
    identifiers.py        rooms, accounts, clients, positions, and their grammar
    client_messages.py    what a client may say
    server_messages.py    what the server may say
    membership.py         commands and events of every room
    board.py              commands, events, presence and view of a board
    text.py               which text people may write
    entries.py            the unit of the log: what members see of it, and what only servers see
    codes.py              every code that a peer can be told
    errors.py             whose fault a broken conversation is
    subprotocols.py       the two names, and which one a handshake gets
    codec.py              structs to bytes and back, in both formats
    framing.py            ready-made frames from server to client
    token_bucket.py       what a rate and a burst mean, for both sides
    server_session.py     the server half: phases, limits, strikes
    client_session.py     the client half: positions and pending commands
    client_room.py        where a client stands in one room
    client_outbox.py      commands that have not ended
    client_events.py      what the client half tells its program

Import from the module that has what you need; nothing is passed on from here.
"""
