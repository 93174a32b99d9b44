/** Teams: what each side wears, whether everybody can tell them apart, and their benches. Pure. */
import { icon } from "../../parts/icons.js";
import { h } from "../../parts/view.js";
import { swatches } from "../fields.js";
import { COLOURS, commonFill, KITS } from "../kits.js";
import { mayAdd } from "../rights.js";
import { ALIKE, leastDistance } from "./colour_sight.js";
import { drawerFrame } from "./drawer_frame.js";

/** [home, away]: far apart for every kind of sight (a test measures it). */
export const SAFE_PAIRS = [
  ["#ffd23f", "#1d4ed8"],
  ["#ffffff", "#1f2937"],
  ["#f97316", "#1d4ed8"],
  ["#ffffff", "#1d4ed8"],
  ["#38bdf8", "#78350f"],
  ["#ffd23f", "#1f2937"],
];
const BENCH = 7;
const nameOf = (colour) => COLOURS.find(([one]) => one === colour)?.[1] ?? colour;

/** @param {{room: any, who: any}} model */
export function teamsView({ room, who }, act) {
  const { objects } = room.state;
  const may = mayAdd(who, "token");
  const [home, away] = ["home", "away"].map(
    (side) => commonFill(objects, side) ?? KITS[side].fill,
  );
  const alike = leastDistance(home, away) < ALIKE;
  return drawerFrame(
    "teams",
    "Teams",
    act,
    alike
      ? h(
          "p",
          { class: "notice", key: "alike", role: "status" },
          "Some people cannot tell these shirts apart. The away side has stripes; a pair below is clearer.",
        )
      : null,
    h(
      "fieldset",
      { class: "stack", disabled: !may, key: "kits" },
      h(
        "div",
        { class: "field", key: "pairs" },
        h("span", {}, "Pairs that everybody can tell apart"),
        h(
          "div",
          { class: "pairs" },
          SAFE_PAIRS.map(([one, other]) =>
            h(
              "button",
              {
                class: "button",
                type: "button",
                key: one + other,
                "aria-pressed": String(home === one && away === other),
                "aria-label": `Home ${nameOf(one)}, away ${nameOf(other)}`,
                onclick: () => {
                  act.wear("home", { fill: one });
                  act.wear("away", { fill: other });
                },
              },
              shirt(one),
              shirt(other),
            ),
          ),
        ),
      ),
      [
        ["home", home],
        ["away", away],
      ].map(([side, colour]) => sideView(side, colour, act)),
    ),
  );
}

const shirt = (colour) => h("span", { class: "swatch still", vars: { swatch: colour } });

function sideView(side, colour, act) {
  const { name } = KITS[side];
  return h(
    "section",
    { key: side, class: "stack", "data-side": side },
    h("h3", {}, name),
    swatches(`${name} shirts`, colour, (fill) => act.wear(side, { fill })),
    swatches(`${name} trim`, null, (trim) => act.wear(side, { trim })),
    h(
      "button",
      { class: "button", type: "button", onclick: () => act.addBench(side, BENCH) },
      icon("people"),
      `Add ${BENCH} to the ${side} bench`,
    ),
  );
}
