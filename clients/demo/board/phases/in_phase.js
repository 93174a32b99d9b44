/**
 * What the inspector says of the phases: in which a mark is shown, and how a thing moves in the one
 * that is worked on. Pure.
 */
import { h } from "../../parts/view.js";
import { select } from "../fields.js";
import { thingName } from "../words.js";
import { carrierOf, isMover } from "./moments.js";
import { phasesOf, stopId } from "./order.js";

const DIRECTIONS = [
  [0, "→ right"],
  [45, "↘"],
  [90, "↓ down"],
  [135, "↙"],
  [180, "← left"],
  [225, "↖"],
  [270, "↑ up"],
  [315, "↗"],
];

/**
 * Fields of what is selected. @param {{records: [string, any][], objects: Record<string, any>, phase:
 * string | null}} model
 */
export function phaseFields({ records, objects, phase }, act) {
  const phases = phasesOf(objects);
  const ball = records.length === 1 && records[0][1].sort === "ball" ? records[0] : null;
  const movers = records.filter(([, record]) => isMover(record));
  return [
    ball ? withWhom(ball, objects, phase, act) : null,
    phases.length > 0 && movers.length === 0 && records.every(([, { sort }]) => sort !== "comment")
      ? shownIn(records, phases, act)
      : null,
    phase !== null && movers.length > 0 && movers.length === records.length
      ? moves({ movers, objects, phase }, act)
      : null,
  ];
}

function shownIn(records, phases, act) {
  const values = new Set(records.map(([, { props }]) => props.phase ?? null));
  const choices = phases.map(([id, { props }], i) => [id, `in ${props.name ?? `phase ${i + 1}`}`]);
  return select(
    "Shown",
    values.size === 1 ? [...values][0] : undefined,
    [[null, "always"], ...choices],
    (chosen) => act.setProps({ phase: chosen }),
  );
}

function withWhom([id], objects, phase, act) {
  const tokens = Object.entries(objects).filter(([, { sort }]) => sort === "token");
  const choices = tokens.map(([one, record]) => [
    one,
    `${thingName(record)}${record.props.side ? `, ${record.props.side}` : ""}`,
  ]);
  return select("Ball with", carrierOf(objects, id, phase), [[null, "nobody"], ...choices], (to) =>
    act.giveBall(id, to),
  );
}

function moves({ movers, objects, phase }, act) {
  const stops = movers.map(([id]) => objects[stopId(phase, id)]).filter(Boolean);
  const common = (name) => {
    const values = new Set(stops.map(({ props }) => props[name] ?? null));
    return values.size === 1 ? [...values][0] : null;
  };
  const button = (label, run) =>
    h("button", { class: "button", type: "button", key: label, onclick: run }, label);
  return h(
    "section",
    { class: "stack", key: "moves", "aria-label": "In this phase" },
    h("h3", {}, "In this phase"),
    movers.every(([, { sort }]) => sort === "token")
      ? select("Faces at its end", common("facing"), [[null, "as before"], ...DIRECTIONS], (way) =>
          act.setMoves({ facing: way === null ? null : Number(way) }),
        )
      : null,
    movers.every(([, { sort }]) => sort === "ball")
      ? select(
          "Pass",
          common("flight") ?? "ground",
          [
            ["ground", "on the ground"],
            ["lofted", "lofted"],
          ],
          (flight) => act.setMoves({ flight }),
        )
      : null,
    stops.length === 0 ? h("p", { class: "quiet small" }, "It stays where it was.") : null,
    stops.some(({ props }) => props.points && !props.sampled)
      ? button("Straight way", () => act.setMoves({ points: null, curve: null }))
      : null,
    stops.length > 0 ? button("Stay where it was", act.stay) : null,
  );
}
