/** What happens in a meet, in words: for the screen reader and refusals. Pure. */
import { athleteOf, eventOf, phaseWords, resultWords, windWords } from "./reading.js";

const SAID_MAX = 3;

export const OFFICES = {
  chief_registrar: "Chief registrar",
  registrar: "Registrar",
  starter: "Starter",
  coach: "Coach",
  athlete: "Athlete",
  viewer: "Viewer",
};

/** "14:02" */
export const clockTime = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

const SAYS = {
  "result.changed": ({ now, was, corrected }, state) => {
    const row = now ?? was;
    const event = eventOf(state, row.event);
    if (!event) return "";
    // A lap is seen; said of everybody, nothing else would be heard.
    if (now && !corrected && onlyLonger(now, was)) return "";
    const who = `${event.name}: ${athleteOf(state, row.athlete).name}`;
    if (!now) return `${who}: result taken out`;
    return corrected ? `Corrected: ${who}, was ${resultWords(was, event)}, now ${resultWords(now, event)}` : `${who} ${resultWords(now, event)}`;
  },
  "start_list.published": ({ now, was }, state) => `Start list ${was ? "changed" : "published"}: ${eventOf(state, now.event)?.name ?? now.event}`,
  "entry.changed": ({ now, was }, state) => {
    const row = now ?? was;
    const words = `${athleteOf(state, row.athlete).name}, ${eventOf(state, row.event)?.name ?? row.event}`;
    return now ? (was ? "" : `Registered: ${words}`) : `Withdrawn: ${words}`;
  },
  "race.changed": ({ now, was }, state) => {
    const name = eventOf(state, now.event)?.name ?? now.event;
    if (now.started && !was?.started) return `${name}, heat ${now.heat}: started`;
    return `${name}, heat ${now.heat}: wind ${windWords(now.wind) || "not measured"}`;
  },
  "event.changed": ({ now, was }) => (was && was.phase !== now.phase ? `${now.name}: ${phaseWords(now).toLowerCase()}` : was ? "" : `New event: ${now.name}`),
};

/** Whether nothing but another lap has come. */
function onlyLonger(now, was) {
  const rest = (one) => JSON.stringify({ ...one, splits: 0 });
  return (now.splits ?? []).length > (was?.splits ?? []).length && rest(now) === rest(was ?? { event: now.event, athlete: now.athlete });
}

/** What the events of one entry say. */
export function entryWords(events, state) {
  const said = events.map((event) => SAYS[event.type]?.(event, state) ?? "").filter(Boolean);
  const left = said.length - SAID_MAX;
  return left > 0 ? [...said.slice(0, SAID_MAX), `and ${left} more changes`] : said;
}

const PROPERTIES = {
  time: "that time",
  attempts: "those attempts",
  trials: "those heights",
  jump_off: "that jump-off",
  splits: "those times of laps or legs",
  lap: "that lap",
  laps: "laps of what is no race",
  legs: "those legs",
  members: "those runners",
  changeover: "that changeover",
  parts: "those events",
  team: "a team as an athlete, or the other way round",
  athlete: "that athlete",
  event: "that event",
  entry: "somebody who is not registered",
  lane: "a lane twice",
  heat: "that heat",
  wind: "a wind where none is measured",
  heights: "heights that do not rise",
  rule: "a rule without a disqualification",
};

/** Why something was refused. */
export function refusalWords({ code, detail }) {
  switch (code) {
    case "forbidden":
      return "Your office in this meet does not allow that.";
    case "settled":
      return "Registration for this event is closed; ask the registrar.";
    case "read_only":
      return "The meet is read-only now.";
    case "limit_reached":
      return "A limit is reached; nothing was changed.";
    case "bad_property":
      return `It cannot be: ${PROPERTIES[detail?.property] ?? detail?.property ?? "a value"}.`;
    case "unknown_member":
      return "Nobody like that is in this meet.";
    case "rate_limited":
      return "That was too much at once; try again in a moment.";
    default:
      return `The server refused it (${code}).`;
  }
}
