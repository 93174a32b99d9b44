"""What Redis keeps for limits, and the Lua that counts there, each script one step.

    <prefix>:{limits}:born                string       when counting here began (ms); gone with all
                                                       else when Redis loses its memory
    <prefix>:{limits}:nodes               sorted set   node → when it was last heard (ms)
    <prefix>:{limits}:hot                 sorted set   key of a strict counter that took more than
                                                       a fifth of its limit → when it last did
    <prefix>:{limits}:c:<limit>:<digest>  hash         a index, b previous, c current, d window (ms)
    <prefix>:{limits}:f:<limit>:<digest>  hash         a run, b consecutive, c last failure (ms),
                                                       d not before (ms)
    <counter>:base                        hash         what nodes knew of a counter before Redis
                                                       lost it: the largest account, added already

The braces keep all of it on one node of a Redis cluster. Time is Redis's own, so that nodes with
different clocks share windows. The arithmetic is that of sliding_window.py and of failed_logins.py,
on whole numbers below 2^53. Rules: LM1, LM7, LM8, LM12.
"""

from __future__ import annotations

from typing import Final

from storage.redis_client import Script

HOT_SHARE: Final = 5
"""A strict counter is hot from a fifth of its limit on: what no other node has heard of when Redis
goes away is less than that, so a limit is overrun by less than a fifth."""
HOT_MAX: Final = 4_096
"""Hot counters kept; the newest stay."""

FORGOTTEN: Final = -1
"""Second word of an answer: this is not the life of Redis that the node has joined; nothing was
counted."""

_NOW: Final = """
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
"""

_ROLL: Final = """
local function counts(key, window)
  local h = redis.call('HMGET', key, 'a', 'b', 'c', 'd')
  local index, prev, cur = math.floor(now / window), 0, 0
  if h[1] and tonumber(h[4]) == window then
    local was = tonumber(h[1])
    if was >= index then
      index, prev, cur = was, tonumber(h[2]), tonumber(h[3])
    elseif was == index - 1 then
      prev = tonumber(h[3])
    end
  end
  return index, prev, cur
end
local function keep(key, index, prev, cur, window)
  redis.call('HSET', key, 'a', index, 'b', prev, 'c', cur, 'd', window)
  redis.call('PEXPIRE', key, 2 * window)
end
"""

TAKE: Final = Script(
    _NOW
    + _ROLL
    + """
-- KEYS: born, hot, then the counters. ARGV: the life that the node has joined, 1 to count or 0 to
-- look, then limit, window and the count from which a counter is hot (0: never), for each. Answers
-- now, 1 or 0, then index, previous, current for each.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {now, -1} end
local rows, fit = {}, 1
for i = 3, #KEYS do
  local limit, window = tonumber(ARGV[3 * i - 6]), tonumber(ARGV[3 * i - 5])
  local index, prev, cur = counts(KEYS[i], window)
  local elapsed = math.max(0, now - index * window)
  if prev * (window - elapsed) + cur * window + window > limit * window then fit = 0 end
  rows[i] = {index, prev, cur, window, tonumber(ARGV[3 * i - 4])}
end
local answer = {now, fit}
for i = 3, #KEYS do
  local index, prev, cur, window, hot = unpack(rows[i])
  if fit == 1 and ARGV[2] == '1' then
    cur = cur + 1
    keep(KEYS[i], index, prev, cur, window)
    if hot > 0 and cur >= hot then redis.call('ZADD', KEYS[2], now, KEYS[i]) end
  end
  answer[#answer + 1] = index
  answer[#answer + 1] = prev
  answer[#answer + 1] = cur
end
return answer
"""
)

GIVE_BACK: Final = Script(
    _NOW
    + _ROLL
    + """
-- KEYS: born, a counter. ARGV: the life that the node has joined, window, the bucket that one was
-- counted in. Takes that one out while the bucket counts.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {now, -1} end
local window, taken = tonumber(ARGV[2]), tonumber(ARGV[3])
local index, prev, cur = counts(KEYS[2], window)
if taken == index and cur > 0 then
  keep(KEYS[2], index, prev, cur - 1, window)
elseif taken == index - 1 and prev > 0 then
  keep(KEYS[2], index, prev - 1, cur, window)
end
return {now}
"""
)

RETURN: Final = Script(
    _NOW
    + _ROLL
    + """
-- A node brings what it counted while Redis was away. KEYS: hot, counters. ARGV: window, then
-- index, previous, current as known before Redis lost them (0: it did not), then the same of what
-- was added since, for each. Several nodes know of the same takes, but each has added its own: of
-- what was known the largest account counts once, whenever it is brought; additions all count.
local function into(index, i, p, c)
  if i == index then return p, c elseif i == index - 1 then return c, 0 else return 0, 0 end
end
for k = 2, #KEYS do
  local a = {}
  for n = 1, 7 do a[n] = tonumber(ARGV[7 * (k - 2) + n]) end
  local window, base = a[1], KEYS[k] .. ':base'
  local was, prev, cur = counts(KEYS[k], window)
  local index = math.max(was, a[2], a[5])
  prev, cur = into(index, was, prev, cur)
  if a[3] + a[4] > 0 then
    local i, p, c = counts(base, window)
    p, c = into(index, i, p, c)
    local kp, kc = into(index, a[2], a[3], a[4])
    prev, cur = prev + math.max(0, kp - p), cur + math.max(0, kc - c)
    keep(base, index, math.max(p, kp), math.max(c, kc), window)
  end
  local op, oc = into(index, a[5], a[6], a[7])
  keep(KEYS[k], index, prev + op, cur + oc, window)
  redis.call('ZADD', KEYS[1], now, KEYS[k])
end
return {now}
"""
)

BEAT: Final = Script(
    _NOW
    + f"""
-- KEYS: nodes, hot, born. ARGV: this node, ms after which a silent one is gone, ms from which hot
-- keys are wanted, ms that hot keys are kept. Answers now, when counting began or nothing, the
-- nodes, and key and fields of each hot counter.
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - ARGV[4])
redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -{HOT_MAX + 1})
local hot = {{}}
for _, key in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], ARGV[3], '+inf')) do
  local h = redis.call('HMGET', key, 'a', 'b', 'c', 'd')
  if h[1] then hot[#hot + 1] = {{key, h[1], h[2], h[3], h[4]}} end
end
return {{now, redis.call('GET', KEYS[3]) or '', redis.call('ZRANGE', KEYS[1], 0, -1), hot}}
"""
)

BEGIN: Final = Script(
    _NOW
    + """
-- KEYS: born. Counting begins, unless it has. Answers when.
redis.call('SET', KEYS[1], now, 'NX')
return {redis.call('GET', KEYS[1])}
"""
)

LEAVE: Final = Script("redis.call('ZREM', KEYS[1], ARGV[1]) return {}")
FORGET: Final = Script("redis.call('DEL', KEYS[2]) redis.call('ZREM', KEYS[1], KEYS[2]) return {}")

FAILURES: Final = """
local function failures(key, forget)
  local h = redis.call('HMGET', key, 'a', 'b', 'c', 'd')
  if not h[1] or now - tonumber(h[3]) > forget then return 0, 0, 0, 0 end
  return tonumber(h[1]), tonumber(h[2]), tonumber(h[3]), tonumber(h[4])
end
local function keep(key, run, all, last, before, forget)
  redis.call('HSET', key, 'a', run, 'b', all, 'c', last, 'd', before)
  redis.call('PEXPIRE', key, forget)
end
"""

ATTEMPT: Final = Script(
    _NOW
    + FAILURES
    + """
-- KEYS: born, hot, the subject. ARGV: the life that the node has joined, free, window, ceiling,
-- forget. Answers now, 1 or 0, then the state.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return {now, -1} end
local free, window = tonumber(ARGV[2]), tonumber(ARGV[3])
local run, all, last, before = failures(KEYS[3], ARGV[5] + 0)
if now < before then return {now, 0, run, all, last, before} end
if now - math.max(last, before) > window then run = 0 end
run, all, last = run + 1, all + 1, now
local delay = 0
if all >= tonumber(ARGV[4]) then delay = window
elseif run >= free then delay = math.min(window, 1000 * 2 ^ math.min(run - free, 30)) end
before = now + delay
keep(KEYS[3], run, all, last, before, ARGV[5])
redis.call('ZADD', KEYS[2], now, KEYS[3])
return {now, 1, run, all, last, before}
"""
)

WITHDRAW: Final = Script(
    _NOW
    + FAILURES
    + """
-- KEYS: the subject. ARGV: forget. An attempt that was not decided was none.
local run, all, last, before = failures(KEYS[1], ARGV[1] + 0)
if all > 0 then keep(KEYS[1], math.max(0, run - 1), all - 1, last, math.min(before, now), ARGV[1]) end
return {now}
"""  # noqa: E501 - one statement of Lua
)

RETURN_FAILURES: Final = Script(
    _NOW
    + FAILURES
    + """
-- KEYS: hot, subjects. ARGV: forget, then 1 if it was forgotten meanwhile, run and consecutive as
-- known before Redis lost them (0: it did not), what was added to both, last and not before as
-- they are now, for each.
for k = 2, #KEYS do
  local a = {}
  for n = 1, 7 do a[n] = tonumber(ARGV[7 * (k - 2) + 1 + n]) end
  local base = KEYS[k] .. ':base'
  if a[1] == 1 then redis.call('DEL', KEYS[k], base) end
  local run, all, last, before = failures(KEYS[k], ARGV[1] + 0)
  local b = redis.call('HMGET', base, 'a', 'b')
  local r, c = tonumber(b[1] or 0), tonumber(b[2] or 0)
  if a[2] > r or a[3] > c then
    run, all = run + math.max(0, a[2] - r), all + math.max(0, a[3] - c)
    redis.call('HSET', base, 'a', math.max(r, a[2]), 'b', math.max(c, a[3]))
    redis.call('PEXPIRE', base, ARGV[1])
  end
  run, all = run + a[4], all + a[5]
  if all > 0 then
    keep(KEYS[k], run, all, math.max(last, a[6]), math.max(before, a[7]), ARGV[1])
    redis.call('ZADD', KEYS[1], now, KEYS[k])
  end
end
return {now}
"""
)
