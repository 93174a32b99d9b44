/** Who is registered for an event, and registering: the desk anybody, a coach the own club's, an athlete oneself. Pure. */
import { may } from "/js/kinds/meet.js";
import { h } from "../parts/view.js";
import { athleteOf, entriesOf, ownAthletes, valueWords } from "./reading.js";
import { field } from "./schedule_view.js";

export function entriesView({ state, office, ui, me }, event, act) {
  const entries = entriesOf(state, event.id);
  const own = new Set(ownAthletes(state, office, me).map(({ id }) => id));
  const desk = may(office, "event.set");
  const open = desk || (event.phase ?? "registration") === "registration";
  const entered = new Set(entries.map(({ athlete }) => athlete));
  return h(
    "div",
    { class: "entries stack", key: "entries" },
    ui.refusal?.anchor === "entries" ? h("p", { class: "notice bad-edge refused", role: "alert", key: "refused" }, ui.refusal.text) : null,
    entries.length === 0 ? h("p", { class: "quiet", key: "none" }, "Nobody is entered yet.") : null,
    h(
      "ol",
      { class: "entry-list", key: "list" },
      entries.map(({ athlete, seed, members = [] }) => {
        const who = athleteOf(state, athlete);
        return h(
          "li",
          { key: athlete, class: "entry", "data-athlete": athlete },
          h("span", { class: "grow" }, h("b", {}, who.name), h("span", { class: "small quiet" }, ` ${[who.bib, who.club === who.name ? "" : who.club, seed ? valueWords(seed, event) : ""].filter(Boolean).join(" · ")}`), event.legs ? h("span", { class: "small" }, members.length ? members.map((one) => athleteOf(state, one).name).join(", ") : "Who runs is not said yet") : null),
          open && own.has(athlete) ? h("button", { class: "button tiny", type: "button", "aria-label": `Withdraw ${who.name}`, onclick: () => act.withdraw(event.id, athlete) }, "Withdraw") : null,
        );
      }),
    ),
    open && may(office, "entry.set") ? registration({ state, event, office, me, own, entered, desk }, act) : null,
    !open && may(office, "entry.set") ? h("p", { class: "quiet small" }, "Registration is closed; the registrar can still change it.") : null,
  );
}

function registration({ state, event, office, me, own, entered, desk }, act) {
  const relay = Boolean(event.legs);
  // A team that is entered may be chosen again, to say who runs.
  const known = state.athletes.filter(({ id, team = false }) => own.has(id) && team === relay && (relay || !entered.has(id)));
  const runners = state.athletes.filter(({ id, team = false }) => own.has(id) && !team);
  const club = state.officials.find((one) => one.account === me)?.club ?? "";
  const submit = (submitted) => {
    submitted.preventDefault();
    const form = new FormData(submitted.target);
    const said = (name) => String(form.get(name) ?? "");
    const done = act.register(event.id, { athlete: said("athlete"), name: said("name"), club: office === "coach" ? club : said("club"), bib: said("bib"), seed: said("seed").trim(), members: form.getAll("member").map(String) });
    if (done) submitted.target.reset();
  };
  return h(
    "form",
    { class: "meet-form", key: "register", onsubmit: submit, "aria-label": relay ? "Register a team" : "Register an athlete" },
    h("label", { class: "field" }, h("span", {}, relay ? "Team" : "Athlete"), h("select", { class: "input", name: "athlete" }, [desk || office === "coach" ? h("option", { value: "", key: "new" }, relay ? "A new team" : "Somebody new") : null, ...known.map(({ id, name }) => h("option", { value: id, key: id }, name))])),
    desk || office === "coach" ? field("Name, if new", { name: "name", maxlength: 64 }) : null,
    desk ? field("Club", { name: "club", maxlength: 64 }) : null,
    desk ? field("Number", { name: "bib", inputmode: "numeric", pattern: "[0-9]{1,5}" }) : null,
    Array.from({ length: event.legs ?? 0 }, (_, i) =>
      h("label", { class: "field", key: `leg${i}` }, h("span", {}, `Leg ${i + 1}`), h("select", { class: "input", name: "member" }, [h("option", { value: "", key: "" }, "–"), ...runners.map(({ id, name }) => h("option", { value: id, key: id }, name))])),
    ),
    event.sort === "combined" ? null : field(event.sort === "track" ? "Best time" : "Best mark", { name: "seed", inputmode: "decimal" }),
    h("button", { class: "button primary", type: "submit" }, "Register"),
  );
}
