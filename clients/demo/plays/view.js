/** Recorded play as a new board: choose files, see what they hold, choose what of them. Pure. */
import { h } from "../parts/view.js";
import { holdsWords, oddWords, timeWords } from "./words.js";

const TAKEN = ".csv,.json,.txt,.xml,.gz";
const FORMS = { track: "Tracking", line_up: "Line-up", events: "Events" };

/** @param {any} plays @param {any} act */
export function playsView(plays, act) {
  const { busy, held } = plays;
  return h(
    "section",
    {
      class: "stack plays",
      key: "plays",
      "aria-label": "Recorded play",
      "aria-busy": String(busy !== null),
      ondragover: (event) => event.preventDefault(),
      ondrop: (event) => {
        event.preventDefault();
        act.choose([...event.dataTransfer.files]);
      },
    },
    // The board opens without it, and asks for it with this drawer.
    h("link", { rel: "stylesheet", href: "/styles/plays.css", key: "style" }),
    h("h3", {}, "Recorded play"),
    h(
      "p",
      { class: "quiet small" },
      "Tracking, events or line-ups of NFL Next Gen Stats, Last-Row, Metrica, StatsBomb or SkillCorner make a new board that plays.",
    ),
    h(
      "label",
      { class: "plays-drop" },
      h("input", {
        class: "unseen",
        type: "file",
        "aria-label": "Files of one clip or match",
        name: "play-files",
        multiple: true,
        accept: TAKEN,
        onchange: ({ target }) => {
          const chosen = [...target.files];
          target.value = "";
          act.choose(chosen);
        },
      }),
      h(
        "span",
        {},
        h("b", {}, plays.names.length ? listed(plays.names) : "Choose files"),
        h(
          "span",
          { class: "quiet small" },
          plays.names.length ? "Choose others, or drop them" : "or drop them here: one clip or match",
        ),
      ),
    ),
    told(plays, act),
    held ? about(plays, act) : null,
  );
}

function told({ busy, problem, failed, names, files, held }, act) {
  if (problem)
    return h(
      "div",
      { class: "notice bad-edge stack", key: "told" },
      h("p", { role: "alert", "data-testid": "plays-problem" }, problem),
      failed && files.length
        ? h("button", { class: "button", type: "button", onclick: act.again }, "Try again")
        : null,
    );
  if (!busy) return null;
  const words = busy === "make" ? "Making the board" : held ? "Reading it again" : `Reading ${listed(names)}`;
  return h(
    "div",
    { class: "notice", key: "told" },
    h("span", {}, words),
    h("progress", { "aria-label": words }),
  );
}

function listed(names) {
  return names.length > 2 ? `${names[0]} and ${names.length - 1} more` : names.join(" and ");
}

function about({ held, wanted, busy }, act) {
  const odd = oddWords(held.odd);
  return h(
    "div",
    { class: "stack plays-held", key: "held", "data-testid": "plays-held" },
    h("h4", {}, held.name),
    h("p", { class: "quiet small" }, `${FORMS[held.form]} of ${held.source}`),
    held.plays.length ? whichPlay(held, act) : null,
    held.form === "track" ? times(wanted, held.duration_ms, act) : null,
    held.form === "events" ? passage(held, wanted, act) : null,
    h("p", { "data-testid": "plays-counts" }, holdsWords(held)),
    odd.length ? oddities(odd) : null,
    h(
      "label",
      { class: "field" },
      h("span", {}, "Name of the board"),
      h("input", {
        class: "input",
        name: "play-name",
        maxlength: 64,
        autocomplete: "off",
        "data-typing": true,
        placeholder: held.name,
        ".value": wanted.name,
        oninput: ({ target }) => act.want({ name: target.value }),
      }),
    ),
    h(
      "div",
      { class: "row wrap" },
      h(
        "button",
        {
          class: "button primary",
          type: "button",
          disabled: busy === "make",
          onclick: act.make,
        },
        "Make the board",
      ),
      h("button", { class: "button plain", type: "button", onclick: act.forget }, "Not these"),
    ),
  );
}

function whichPlay({ plays, play }, act) {
  return field(
    `Which of ${plays.length} plays`,
    h(
      "select",
      {
        class: "input",
        name: "play",
        ".value": play,
        onchange: ({ target }) => act.want({ play: target.value }),
      },
      plays.map(({ key, label }) =>
        h("option", { key, value: key, ".selected": key === play }, label),
      ),
    ),
  );
}

function passage({ passages, periods }, wanted, act) {
  const choices = [
    ["first", passages.length ? "What leads to the first goal or shot" : "The beginning"],
    ["line_up", "The line-ups, as they started"],
    ["own", "A time of my own"],
    ...passages.map(({ label }, n) => [String(n), label]),
  ];
  return [
    field(
      "What of the match",
      h(
        "select",
        {
          class: "input",
          name: "passage",
          ".value": wanted.passage,
          onchange: ({ target }) => act.want({ passage: target.value }),
        },
        choices.map(([value, label]) =>
          h("option", { key: value, value, ".selected": value === wanted.passage }, label),
        ),
      ),
    ),
    wanted.passage === "own" ? ownTime(periods, wanted, act) : null,
    wanted.passage === "line_up"
      ? null
      : h(
          "label",
          { class: "switch", key: "phases" },
          h("input", {
            type: "checkbox",
            name: "play-phases",
            ".checked": wanted.phases,
            onchange: ({ target }) => act.want({ phases: target.checked }),
          }),
          "A phase for each event, to be played",
        ),
  ];
}

function ownTime(periods, wanted, act) {
  const until = periods.find(({ period }) => period === Number(wanted.period))?.until_ms ?? 0;
  return [
    periods.length > 1
      ? field(
          "Period",
          h(
            "select",
            {
              class: "input",
              name: "period",
              ".value": String(wanted.period),
              onchange: ({ target }) => act.want({ period: Number(target.value) }),
            },
            periods.map(({ period }) =>
              h(
                "option",
                {
                  key: period,
                  value: String(period),
                  ".selected": period === Number(wanted.period),
                },
                String(period),
              ),
            ),
          ),
        )
      : null,
    times(wanted, until, act),
  ];
}

function times(wanted, until, act) {
  const time = (name, label, usual) =>
    field(
      label,
      h("input", {
        class: "input",
        name: `play-${name}`,
        maxlength: 12,
        autocomplete: "off",
        "data-typing": true,
        placeholder: usual,
        ".value": wanted[name],
        onchange: ({ target }) => act.want({ [name]: target.value }),
      }),
    );
  return h(
    "div",
    { class: "plays-times", key: "times" },
    time("from", "From (min:s)", "0:00"),
    time("to", "To (min:s)", timeWords(until)),
  );
}

function oddities(odd) {
  return h(
    "details",
    { key: "odd", "data-testid": "plays-odd" },
    h("summary", {}, odd.length === 1 ? "1 thing is odd" : `${odd.length} things are odd`),
    h(
      "ul",
      { class: "plays-odd" },
      odd.map(({ name, words, where }) =>
        h("li", { key: name }, words, h("span", { class: "quiet small" }, where)),
      ),
    ),
  );
}

function field(label, input) {
  return h("label", { class: "field", key: label }, h("span", {}, label), input);
}
