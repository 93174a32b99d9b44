/** What a person can do in a meet: look, register, draw, start, write and correct results, give offices. */
import { shareActs } from "../parts/share_acts.js";
import { DELAY_MAX_S } from "../feed/delay_view.js";
import { eventsOf } from "./combined.js";
import { attemptRead, drawn, eventOf, heldOf, jumpOffRead, splitsRead, timeRead, triesRead, windRead } from "./reading.js";

const idOf = () => `a${crypto.getRandomValues(new Uint32Array(2)).join("")}`.slice(0, 20);

/** @param {any} meet the OpenMeet */
export function makeActs(meet) {
  const { room, ui, touchline, announcer } = meet;
  const change = (part) => meet.change(part);
  const wrong = (anchor, text) => {
    meet.refuse(anchor, text);
    return false;
  };
  function send(command, anchor) {
    change({ refusal: null });
    room.submit(command, { local: { anchor } });
    return true;
  }
  const state = () => room.state;

  return {
    open: (event) => {
      change({ event, editing: null, refusal: null, tab: "results" });
      const hash = new URLSearchParams(location.hash.slice(1));
      if (event) hash.set("event", event);
      else hash.delete("event");
      history.replaceState(null, "", `${location.pathname}${location.search}#${hash}`);
    },
    tab: (tab) => change({ tab, editing: null, refusal: null }),
    edit: (athlete) => change({ editing: athlete, refusal: null }),
    side: (side) => {
      change({ side, refusal: null, delay: null });
      if (side === "chat") change({ chatSeen: room.membership.chat.length });
    },
    /** @returns {boolean} whether the form may be emptied */
    register: (event, { athlete, name, club, bib, seed, members = [] }) => {
      const known = eventOf(state(), event);
      const running = members.filter(Boolean);
      if (running.length && running.length < known.legs) return wrong("entries", `A team has ${known.legs} runners, or none yet.`);
      if (new Set(running).size < running.length) return wrong("entries", "Somebody runs twice in that team.");
      const best = seed ? (known.sort === "track" ? timeRead(seed) : (attemptRead(seed, false)?.mark ?? null)) : null;
      if (seed && !best) return wrong("entries", `“${seed}” is no ${known.sort === "track" ? "time" : "mark"}.`);
      const id = athlete || idOf();
      const entry = { type: "entry.set", entry: { event, athlete: id, ...(best ? { seed: best } : {}), ...(running.length ? { members: running } : {}) } };
      if (athlete) return send(entry, "entries");
      if (!name.trim()) return wrong("entries", "Who? Choose somebody, or write a name.");
      const made = { id, name: name.trim(), club: club.trim(), ...(bib ? { bib: Number(bib) } : {}), ...(known.legs ? { team: true } : {}) };
      room.submit({ type: "athlete.set", athlete: made }, { local: { anchor: "entries" } });
      return send(entry, "entries");
    },
    withdraw: (event, athlete) => send({ type: "entry.withdraw", event, athlete }, "entries"),
    phase: (event, phase) => send({ type: "event.set", event: { ...eventOf(state(), event), phase } }, "event"),
    addEvent: (event) => send({ type: "event.set", event }, "schedule"),
    addCombined: (kind, id, name, starts) =>
      send({ type: "changes", changes: eventsOf(kind, id, name, starts).map((event) => ({ type: "event.set", event })) }, "schedule"),
    lap: (event, athlete, lap) => send({ type: "lap.record", event, athlete, lap }, "result"),
    publish: (event, size) =>
      send({ type: "start_list.publish", start_list: { event, heats: drawn(state(), eventOf(state(), event), size) } }, "start"),
    start: (event, heat) => send({ type: "race.start", event, heat }, "start"),
    wind: (event, heat, text) => {
      const wind = windRead(text);
      return wind === undefined ? wrong("start", `“${text}” is no wind; like +1.2.`) : send({ type: "wind.set", event, heat, wind }, "start");
    },
    /** @param {{time?: string, attempts?: string[], tries?: string[], jumpOff?: string, splits?: string, status: string, rule: string, changeover?: string}} typed */
    result: (event, athlete, { time = "", attempts = [], tries = [], jumpOff = "", splits = "", status, rule, changeover = "" }) => {
      const known = eventOf(state(), event);
      const result = { event, athlete, ...(status ? { status } : {}), ...(status === "DQ" && rule ? { rule } : {}), ...(status === "DQ" && changeover ? { changeover: Number(changeover) } : {}) };
      const passed = splitsRead(splits);
      if (!passed) return wrong("result", "Those are no times that rise; like 1:05.2 2:11.0.");
      if (passed.length) result.splits = passed;
      const rounds = jumpOffRead(jumpOff);
      if (!rounds) return wrong("result", "A jump-off is like 2.01 x, 1.99 o.");
      if (rounds.length) result.jump_off = rounds;
      if (time && known.sort === "track") {
        result.time = timeRead(time);
        if (result.time === null) return wrong("result", `“${time}” is no time; like 11.52 or 3:41.02.`);
        if (status === "DNS" || status === "DNF") return wrong("result", `${status} has no time.`);
      }
      const filled = attempts.slice(0, attempts.findLastIndex((one) => one.trim()) + 1);
      if (filled.length) result.attempts = filled.map((one) => attemptRead(one || "-", known.wind));
      if (result.attempts?.includes(undefined)) return wrong("result", "An attempt is like 7.45, 7.45 +1.2, x or -.");
      const trials = tries.map((one, i) => ({ height: known.heights[i], tries: one.trim() ? triesRead(one) : null })).filter((one) => one.tries !== null);
      if (trials.some((one) => one.tries === undefined)) return wrong("result", "A height is like o, xo, xxo, xxx, x- or -.");
      if (trials.length) result.trials = trials;
      const done = send({ type: "result.set", result }, "result");
      change({ editing: null });
      return done;
    },
    /** A starter takes somebody out; what was written stays. */
    takeOut: (event, athlete, status, rule = "") => {
      const before = heldOf(state(), event, athlete)?.result ?? { event, athlete };
      return send({ type: "result.set", result: { ...before, status, ...(rule ? { rule } : {}) } }, "start");
    },
    office: (official) => send({ type: "official.set", official }, "people"),
    holdDelay: (seconds) => change({ delay: seconds }),
    setDelay: (seconds) => {
      const wanted = Math.max(0, Math.min(DELAY_MAX_S, Math.round(seconds)));
      change({ delay: null, refusal: null });
      if (wanted !== meet.delay) room.submit({ type: "delay.set", seconds: wanted }, { keep: false, local: { anchor: "delay" } });
    },
    sayInChat: ({ detail }) => room.submit({ type: "chat.say", text: detail.text }),
    retryNow: () => touchline.retryNow(),
    ...shareActs({ room, ui, change, announcer, touchline, roomId: meet.roomId }),
  };
}
