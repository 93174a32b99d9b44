/** The field with the drive that the latest play is in: each down from where it began to where it ended. Pure. */
import { h } from "../parts/view.js";
import { driveOnField, driveSummary, driveWords, latest, lineScore, phaseOf, quarterWords, situationWords } from "./reading.js";

const WIDTH = 44;
const FIRST_Y = 5;
const STEP_MAX = 5;

export function fieldView({ state }) {
  if (phaseOf(state) === "final") return lineScoreView(state);
  const drawn = driveOnField(state);
  const words = phaseOf(state) === "live" ? driveWords(drawn.rows) || (latest(state)?.play.text ?? "") : "";
  return h(
    "figure",
    { class: "field-box", key: "field", "data-testid": "field" },
    h(
      "svg",
      {
        ...{ class: "field", viewBox: "-10 0 120 44", role: "img" },
        "aria-label": described(state, drawn),
        preserveAspectRatio: "xMidYMid meet",
      },
      ground(state.header),
      phaseOf(state) === "live" ? drive(state, drawn) : null,
    ),
    words ? h("figcaption", { class: "small quiet", "data-testid": "drive" }, words) : null,
  );
}

/** When it is over: who scored when. */
function lineScoreView(state) {
  const { quarters, teams } = lineScore(state);
  return h(
    "table",
    { class: "line-score", key: "score", "data-testid": "line-score" },
    h("caption", {}, "Points by quarter, as the plays make them"),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, "Team"),
        quarters.map((one) => h("th", { scope: "col", key: one }, quarterWords(one))),
        h("th", { scope: "col" }, "Total"),
      ),
    ),
    h(
      "tbody",
      {},
      teams.map(({ team, points, total }) =>
        h(
          "tr",
          { key: team },
          h("th", { scope: "row" }, team),
          points.map((one, i) => h("td", { key: i }, one)),
          h("td", { class: "total" }, total),
        ),
      ),
    ),
  );
}

function ground(header) {
  const tens = [10, 20, 30, 40, 50, 60, 70, 80, 90];
  const end = (team, x) =>
    h("text", { class: "end-name", x, y: WIDTH / 2, transform: `rotate(${x < 0 ? -90 : 90} ${x} ${WIDTH / 2})`, key: `end${x}` }, team);
  return h(
    "g",
    { "aria-hidden": "true", key: "ground" },
    h("rect", { class: "turf", x: -10, y: 0, width: 120, height: WIDTH }),
    [0, 20, 40, 60, 80].map((x) => h("rect", { class: "stripe", x, y: 0, width: 10, height: WIDTH, key: `s${x}` })),
    h("rect", { class: "end-zone", x: -10, y: 0, width: 10, height: WIDTH }),
    h("rect", { class: "end-zone", x: 100, y: 0, width: 10, height: WIDTH }),
    [0, ...tens, 100].map((x) => h("path", { class: "yard", d: `M${x} 0V${WIDTH}`, key: `y${x}` })),
    tens.map((x) =>
      h("text", { class: "yard-number", x, y: WIDTH - 2, key: `n${x}` }, x > 50 ? 100 - x : x),
    ),
    header ? [end(header.away, -5), end(header.home, 105)] : null,
  );
}

function drive(state, { legs, toRight, ball, team, rows }) {
  if (legs.length === 0) return null;
  const step = Math.min(STEP_MAX, (WIDTH - 2 * FIRST_Y - 4) / Math.max(1, legs.length - 1));
  const at = (i) => FIRST_Y + i * step;
  const last = legs.at(-1);
  const play = rows.find((row) => row.play.id === last.id).play;
  const line = last.from + (toRight ? play.to_go : -play.to_go);
  const y = at(legs.length - 1);
  return h(
    "g",
    { "aria-hidden": "true", key: "drive" },
    h("path", { class: "scrimmage", d: `M${last.from} 0V${WIDTH}`, key: "scrimmage" }),
    line > 0 && line < 100 ? h("path", { class: "to-gain", d: `M${line} 0V${WIDTH}`, key: "gain" }) : null,
    legs.map((leg, i) => legView(leg, at(i))),
    ball === null
      ? null
      : h(
          "g",
          { class: "ball", transform: `translate(${ball} ${y})`, key: "ball", "data-flip": toRight ? null : "yes" },
          h("ellipse", { rx: 1.9, ry: 1.25 }),
          h("text", { x: toRight ? 3 : -3, y: 1.3 }, toRight ? `${team} ›` : `‹ ${team}`),
        ),
  );
}

/** A run is a line, a pass an arc; one step below the one before. */
function legView({ id, from, to, sort, review, last }, y) {
  const end = to ?? from;
  const d = sort === "pass" && end !== from ? `M${from} ${y}Q${(from + end) / 2} ${y - 4} ${end} ${y}` : `M${from} ${y}H${end}`;
  return h(
    "g",
    { class: "leg", key: id, "data-sort": sort, "data-last": last ? "yes" : null, "data-review": review ? "yes" : null },
    h("path", { class: "under", d }),
    h("path", { class: "way", d }),
    h("circle", { cx: from, cy: y, r: 0.9 }),
  );
}

function described(state, { rows, legs }) {
  const { team, plays, yards } = driveSummary(rows);
  const names = state.header ? `${state.header.away} at ${state.header.home}. ` : "";
  if (legs.length === 0 || phaseOf(state) !== "live") return `${names}The field; no drive is drawn`;
  const play = rows.find((row) => row.play.id === legs.at(-1).id).play;
  return `${names}${team} drive: ${plays} plays, ${yards} yards; the last was ${situationWords(play, state.header)}`;
}
