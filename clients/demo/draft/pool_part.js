/** The commissioner's part about players: a file with what is read of it, made-up players, emptying. Pure. */
import { h } from "../parts/view.js";
import { button, refusal } from "./bits.js";
import { poolWords } from "./waiting_view.js";

export function poolPart({ state, ui }, act) {
  const { file } = ui;
  return h(
    "div",
    { class: "stack" },
    h("p", { "data-testid": "pool-count" }, poolWords(state)),
    refusal(ui, "pool-file", act),
    h(
      "label",
      { class: "field" },
      h("span", {}, "A file: CSV, JSON, or the players of Sleeper's API"),
      h("input", { class: "input", type: "file", accept: ".csv,.json,.tsv,.txt", onchange: (event) => act.readFile(event.target.files[0]) }),
    ),
    file ? preview(file, act) : null,
    button("Made-up players, to try it out", act.makeUp, { key: "made", test: "made-up" }),
    state.phase === "waiting" && Object.keys(state.pool).length
      ? button(ui.sure === "clear" ? "Really take all players out" : "Empty the pool", act.clearPool, { look: "danger", key: "clear" })
      : null,
  );
}

/** What was found, before anything is sent. */
function preview({ name, players, columns, odd, problem }, act) {
  if (problem) return h("p", { class: "notice bad-edge", key: "file", role: "alert" }, `${name}: ${problem}`);
  return h(
    "div",
    { class: "notice calm", key: "file", "data-testid": "file-preview" },
    h("p", {}, h("b", {}, `${players.length} players in ${name}`)),
    h("p", { class: "small" }, `Read: ${Object.entries(columns).map(([field, column]) => (field === column ? field : `${field} from ${column}`)).join(", ")}.`),
    h("ul", { class: "small" }, players.slice(0, 5).map(([id, player, positions, team, rank]) => h("li", { key: id }, `${rank ? `${rank}. ` : ""}${player}, ${positions.join("/")} ${team}`))),
    odd.length
      ? h("details", {}, h("summary", {}, `${odd.length} lines are odd`), h("ul", { class: "small" }, odd.slice(0, 50).map((line, index) => h("li", { key: index }, line))))
      : null,
    h(
      "div",
      { class: "row wrap" },
      button(`Put ${players.length} players in the pool`, act.putFile, { look: "primary", test: "put-file" }),
      button("Not this file", act.forgetFile, { look: "plain", key: "forget" }),
    ),
  );
}
