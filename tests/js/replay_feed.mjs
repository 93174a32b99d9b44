/**
 * Plays feeds that the server's rules have played, and says where the client's model differs: from
 * the beginning, and from the view of every seventh entry on; and whether the page counts the same
 * points. Input: one feed a line, `{view, turns: [{entry, view}], points}`, `points` what the plays
 * make in the end. Output: `{entries, wrong}`. Run by tests/properties/test_js_feed_model.py.
 */
import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import { pointsOf } from '../../clients/demo/feed/stats.js';
import { feed, fits } from '../../clients/js/kinds/feed.js';

const JOINS_EVERY = 7;
const sum = { entries: 0, wrong: [], pages: 0, again: 0, known: 0 };

function check(what, entry, actual, expected) {
  try {
    assert.deepEqual(actual, expected);
  } catch (error) {
    sum.wrong.push({ what, entry, message: error.message.slice(0, 2_000) });
  }
}

function after(state, entry) {
  const stamp = { version: entry.v, at: entry.at, by: entry.by, own: false };
  return entry.events.reduce((now, event) => feed.applyEvent(now, event, stamp), state);
}

/** What a follower holds of a view, and what it must hold besides: the newest plays and the points. */
function checkPart(part, turn) {
  const { plays, earlier, missed: _, watching: __, ...others } = part;
  const { plays: all, delays: ___, ...rest } = turn.view;
  const rows = new Map(all.map((row) => [row.play.id, row]));
  for (const row of plays) check('row of a part', turn.entry, row, rows.get(row.play.id));
  check('rest of a part', turn.entry, { ...others, delays: undefined }, { ...rest, delays: undefined });
  const least = earlier?.before ?? [-1, -1];
  const due = all.filter(({ play }) => play.order > least[0] || (play.order === least[0] && play.id >= least[1]));
  const here = new Set(plays.map(({ play }) => play.id));
  check('plays from the place on', turn.entry, due.filter(({ play }) => !here.has(play.id)), []);
  check('points of a part', turn.entry, pointsIn(plays), pointsIn(all));
}

function pointsIn(plays) {
  const made = {};
  for (const { play } of plays)
    for (const [team, one] of Object.entries(pointsOf(play))) if (one) made[team] = (made[team] ?? 0) + one;
  return Object.fromEntries(Object.entries(made).sort());
}

/** A page as it was some turns ago, now, or as it will be: whatever the network makes of it. */
function paged(part, turns, at, shift) {
  const turn = turns[Math.max(0, Math.min(turns.length - 1, at + shift))];
  const page = turn.pages[String(part.earlier.before)];
  if (page === undefined) return part;
  const told = { ...page, version: turn.entry.v, before: part.earlier.before };
  if (!fits(part, told)) {
    sum.again += 1;
    return part;
  }
  sum.pages += 1;
  return feed.applyPrivate(part, { state: { page: told } });
}

/** From each picture on: entries, and a page now and then. */
function follow(turns, from) {
  let part = feed.initial(turns[from].picture);
  let until = 0; // a page of a later version makes rows that are ahead until then
  for (let at = from + 1; at < turns.length; at += 1) {
    part = after(part, turns[at].entry);
    if (at > until) checkPart(part, turns[at]);
    if (part.earlier !== undefined && (at - from) % 3 === 0) {
      const shift = [0, -2, 2][((at - from) / 3) % 3];
      const was = part;
      part = paged(part, turns, at, shift);
      if (part !== was) until = Math.max(until, at + Math.max(0, shift));
    }
  }
  if (part.earlier === undefined) sum.known += 1;
}

for await (const line of createInterface({ input: process.stdin })) {
  const { view, turns, points } = JSON.parse(line);
  let state = feed.initial(view);
  let late = state;
  for (const [number, turn] of turns.entries()) {
    const frozen = JSON.stringify(state);
    const was = state;
    state = after(state, turn.entry);
    if (JSON.stringify(was) !== frozen) sum.wrong.push({ what: 'changed in place', entry: turn.entry });
    late = number % JOINS_EVERY === 0 ? feed.initial(turn.view) : after(late, turn.entry);
    sum.entries += 1;
    check('view', turn.entry, state, turn.view);
    check('joined late', turn.entry, late, turn.view);
    if (sum.wrong.length > 5) break;
  }
  if (turns[0]?.picture !== undefined) {
    for (let from = 0; from < turns.length - 1; from += Math.max(1, Math.floor(turns.length / 5))) follow(turns, from);
  }
  const made = {};
  const football = state.settings.profile === undefined;
  for (const { play } of state.plays)
    for (const [team, one] of Object.entries(pointsOf(play))) made[team] = (made[team] ?? 0) + one;
  if (football) check('points', null, made, points);
}
console.log(JSON.stringify(sum));
