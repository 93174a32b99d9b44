"""What one Redis keeps of the relay, and the scripts that change it, each in one call.

Keys, all below one prefix that names the database's generation:

    <prefix>:room:<room>    set of the nodes that hold a room
    <prefix>:nodes          set of all nodes
    <prefix>:lease:<node>   is there while the node lives
    <prefix>:in:<node>      the node's inbox, a stream

A node is one start of one process. Everything has an end of its own, so that nothing of a dead node
stays. No script walks over rooms. SPEC: RL6, RL7.
"""

from __future__ import annotations

from typing import Final

from storage.redis_client import Script

INBOX_LENGTH: Final = 8_192
"""Parcels in an inbox, about: whoever is further behind asks the log."""

DELIVER: Final = Script(
    """
local told = 0
for _, node in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  if node ~= ARGV[1] then
    if redis.call('EXISTS', ARGV[2] .. ':lease:' .. node) == 1 then
      for at = 4, #ARGV do
        redis.call('XADD', ARGV[2] .. ':in:' .. node, 'MAXLEN', '~', ARGV[3], '*', 'n', ARGV[at])
      end
      told = told + 1
    else
      redis.call('SREM', KEYS[1], node)
    end
  end
end
return told
"""
)
"""KEYS: the set of those who are meant. ARGV: who says it, prefix, length of inboxes, parcels.
Returns how many were told; whose lease is over leaves the set."""

RENEW: Final = Script(
    """
local known = redis.call('EXISTS', KEYS[1])
redis.call('SET', KEYS[1], '1', 'PX', ARGV[2])
redis.call('SADD', KEYS[3], ARGV[1])
local id = redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[3], '*', 'e', ARGV[4])
redis.call('PEXPIRE', KEYS[2], ARGV[5])
redis.call('PEXPIRE', KEYS[3], ARGV[5])
return {known, id}
"""
)
"""KEYS: lease, inbox, set of all nodes. ARGV: node, life of the lease in ms, length of the inbox,
what it wants to hear of itself, life of inbox and set in ms. Returns whether the lease was there
(where not, the node has missed news, and must say again what it holds), and the id of what it wants
to hear (lower than one that it has read where the stream began anew)."""

LEAVE: Final = Script(
    """
redis.call('DEL', KEYS[1], KEYS[2])
return redis.call('SREM', KEYS[3], ARGV[1])
"""
)
"""KEYS as of RENEW. ARGV: node. Sets of rooms let go of it when something is said in them."""
