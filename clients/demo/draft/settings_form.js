/** Settings as a form, in groups; what is typed becomes settings in settings_values.js. Pure. */
import { h } from "../parts/view.js";
import { field, refusal, select } from "./bits.js";
import { roundsOf, settingsOf } from "./reading.js";
import { rosterNamed, ROSTERS } from "./ready_rosters.js";
import { matrixText, Problem, slotsText, timeOf } from "./settings_text.js";
import { ROWS_MAX, settingsFrom } from "./settings_values.js";

/** For a field of date and time, in the time of this device. */
function localTime(ms) {
  if (ms === null) return "";
  const date = new Date(ms);
  return new Date(ms - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const count = (label, name, value, more = {}, about = null) =>
  field(label, { name, type: "number", inputmode: "numeric", min: 1, value: value === null ? "" : String(value), ...more }, about);
const choose = (label, name, value, options) => select(label, value, options, null, { hidden: false, name });
const yesNo = (label, name, value, yes, no) => choose(label, name, value ? "yes" : "no", [["yes", yes], ["no", no]]);

function lines(label, name, value, about) {
  const rows = Math.min(12, value.split("\n").length + 1);
  return h(
    "label",
    { class: "field", key: name },
    h("span", {}, label),
    h("textarea", { class: "input", name, rows, spellcheck: "false", "data-typing": true }, value),
    h("span", { class: "quiet small" }, about),
  );
}

const group = (key, title, ...parts) => h("fieldset", { key, class: "stack group" }, h("legend", {}, title), parts);
const more = (key, title, ...parts) => h("details", { key, class: "more" }, h("summary", {}, title), h("div", { class: "stack" }, parts));

export function settingsForm({ state, ui }, act) {
  const settings = settingsOf(state);
  const open = state.phase === "waiting";
  const sold = settings.type === "auction";
  return h(
    "form",
    {
      ...{ class: "stack settings", key: "settings", "data-testid": "settings-form" },
      onsubmit: (event) => {
        event.preventDefault();
        const form = new FormData(event.target);
        try {
          act.configure(settingsFrom(settings, (name) => form.get(name)), form.get("now") === "yes");
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          act.badSettings(error.message);
        }
      },
    },
    open ? shape(state, settings, sold) : null,
    open && sold ? money(settings.auction) : null,
    clockGroup(settings, sold),
    quiet(settings.clock),
    open ? rosters(settings) : null,
    picking(settings, open),
    open
      ? null
      : h("label", { class: "switch", key: "now" }, h("input", { type: "checkbox", name: "now", value: "yes" }), "Also for the turn that runs now"),
    refusal(ui, "settings", act),
    h("button", { class: "button primary", type: "submit", key: "set" }, "Set"),
  );
}

function shape(state, settings, sold) {
  const rows = settings.matrix.length ? settings.matrix : sold ? [] : roundsOf(state).map((cells) => cells.map((n) => state.cells[n - 1]));
  return group(
    "shape",
    "The draft",
    choose("Kind", "type", settings.type, [["snake", "Snake"], ["linear", "Linear"], ["auction", "Auction"], ["custom", "Cell by cell"]]),
    count("Teams", "teams", settings.teams, { min: 2, max: 32 }),
    sold || settings.type === "custom" ? null : count("Rounds", "rounds", settings.rounds, { max: 60 }),
    settings.type === "snake" ? count("Turned again from round (0: no)", "reversal", settings.reversal, { min: 0, max: 60 }) : null,
    more(
      "matrix",
      "An order cell by cell",
      lines("One line a round, the numbers of the teams as they pick", "matrix", matrixText(rows), "Holds where the kind is “Cell by cell”. A team may stand there any number of times."),
    ),
    field("Begins by itself at", { name: "start_at", type: "datetime-local", value: localTime(settings.start_at) }, "Empty: when the commissioner starts it"),
    yesNo("Free teams", "claims", settings.claims, "Members take them", "The commissioner gives them"),
  );
}

function money(auction) {
  return group(
    "money",
    "Money",
    count("Dollars each", "budget", auction.budget),
    count("Smallest bid", "min_bid", auction.min_bid),
    count("Increment", "increment", auction.increment),
    choose("Who nominates", "nominations", auction.nominations, [["straight", "In order"], ["snake", "In order and back"], ["winner", "The latest winner"]]),
    more(
      "money more",
      "More about money",
      yesNo("The smallest bid is kept back", "reserve_all", auction.reserve_all, "For every open place", "For every open place but this one"),
      count("Autopick bids up to, % of the value", "auto_percent", auction.auto_percent, { min: 0, max: 200 }, "0: teams that are picked for do not bid"),
    ),
  );
}

function clockGroup({ clock }, sold) {
  const shown = Math.min(ROWS_MAX, clock.rounds.length + 2);
  return group(
    "clock",
    "Clock",
    sold
      ? [
          count("Seconds to nominate", "nominate_s", clock.nominate_s),
          count("Seconds to bid", "bid_s", clock.bid_s),
          count("Seconds left at least after a bid", "bid_reset_s", clock.bid_reset_s, { required: true }),
        ]
      : [count("Seconds a pick", "pick_s", clock.pick_s), count("Seconds in each team's bank", "bank_s", clock.bank_s)],
    h("p", { class: "quiet small", key: "empty" }, "Empty: no limit. 3600 are an hour, 86400 a day."),
    choose("At zero", "at_zero", clock.at_zero, [["auto", "Autopick"], ["skip", "Passed over"], ["return", "Comes back at the end"], ["nothing", "Nothing: it waits"]]),
    choose("After a missed pick", "on_miss", clock.on_miss, [["manual", "The team picks on itself"], ["auto", "It is picked for"]]),
    choose("After a pause", "resume", clock.resume, [["continue", "The clock goes on"], ["reset", "The clock begins again"]]),
    more(
      "clock more",
      sold ? "More about the clock" : "Other times by round, and more",
      sold
        ? null
        : Array.from({ length: shown }, (_, row) => {
            const at = clock.rounds[row];
            return h(
              "div",
              { class: "pairs", key: `round ${row}` },
              count("From round", `round-${row}`, at?.from_round ?? null, { max: 60 }),
              count("Seconds a pick", `round-s-${row}`, at?.pick_s ?? null),
            );
          }),
      count("Seconds of grace", "grace_s", clock.grace_ms / 1_000, { min: 0, max: 10, step: 0.1, inputmode: "decimal", required: true }, "For picks that were on their way at zero; nobody sees them counted"),
      count("Seconds that autopick takes", "auto_s", clock.auto_ms / 1_000, { min: 0.1, max: 60, step: 0.1, inputmode: "decimal", required: true }),
    ),
  );
}

/** Hours in which clocks stand still; picks are allowed. */
function quiet(clock) {
  const shown = Math.min(ROWS_MAX, clock.quiet.length + 1);
  return group(
    "quiet",
    "Hours in which the clock stands still",
    h("p", { class: "quiet small", key: "about" }, "Every day, also over midnight. Who likes may pick meanwhile."),
    Array.from({ length: shown }, (_, row) => {
      const one = clock.quiet[row];
      return h(
        "div",
        { class: "pairs", key: `quiet ${row}` },
        field("From", { name: `quiet-from-${row}`, type: "time", value: one ? timeOf(one.start) : "" }),
        field("Until", { name: `quiet-until-${row}`, type: "time", value: one ? timeOf(one.end) : "" }),
      );
    }),
    field("Time zone of the league", { name: "zone", list: "zones", value: clock.zone, maxlength: 64 }, `Here it is ${here()}`),
    h("datalist", { id: "zones", key: "zones" }, zones().map((zone) => h("option", { key: zone, value: zone }))),
  );
}

const here = () => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
const zones = () => ["UTC", ...(Intl.supportedValuesOf?.("timeZone") ?? [here()]).filter((zone) => zone !== "UTC")];

function rosters(settings) {
  const named = rosterNamed(settings.slots);
  const positions = [...new Set([...settings.slots.flatMap(({ positions = [] }) => positions), ...Object.keys(settings.maxima)])];
  return group(
    "rosters",
    "Rosters",
    choose("Roster", "roster", named, [...Object.entries(ROSTERS).map(([name, [words]]) => [name, words]), ["own", "Places of one's own"]]),
    more(
      "slots",
      "Places of one's own",
      lines("One line a place: how many, name, positions", "slots", slotsText(settings.slots), "“2 FLEX RB/WR/TE”, “6 BN bench”; “any” is for everybody. Holds where the roster is “Places of one's own”."),
    ),
    more(
      "maxima",
      "At most of a position",
      h("input", { type: "hidden", name: "maxima", value: positions.join(" "), key: "names" }),
      h(
        "div",
        { class: "pairs", key: "each" },
        positions.map((one) => count(one, `max-${one}`, settings.maxima[one] ?? null, { min: 0, max: 60, "aria-label": `${one} at most` })),
      ),
      h("p", { class: "quiet small", key: "empty" }, "Empty: as many as one likes."),
    ),
  );
}

function picking(settings, open) {
  return group(
    "picking",
    open ? "Picks" : "Picks from now on",
    choose("A pick that leaves starters out", "needs", settings.needs, [["refuse", "Is refused"], ["warn", "Is marked"], ["any", "Is a pick"]]),
    yesNo("Autopick takes", "starters_first", settings.starters_first, "Starters before bench", "The best, whatever the place"),
  );
}
