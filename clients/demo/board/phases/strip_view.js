/** The strip under the pitch: playing, the phases as a row, and one more. Pure. */
import { icon } from "../../parts/icons.js";
import { h } from "../../parts/view.js";
import { mayAdd, whyNot } from "../rights.js";
import { lineOf, partOf } from "./moments.js";
import { phasesOf } from "./order.js";
import "./phase_clock.js";
import { SPEEDS } from "./phase_acts.js";

const CHIP = "application/x-touchline-phase";

/**
 * @param {{room: any, ui: any, who: any, names: any, moment: () => any, here: any[], together: any}}
 *   model
 */
export function stripView({ room, ui, who, names, moment, here, together: others }, act) {
  const { objects, playback } = room.state;
  const phases = phasesOf(objects);
  const may = mayAdd(who, "phase");
  if (ui.past || (phases.length === 0 && !may)) return null;
  const shared = playback !== null && !ui.alone && phases.length > 0;
  const peopleIn = phases.length > 0 ? others?.peopleIn(here) : null;
  return h(
    "section",
    { class: "strip", key: "strip", "aria-label": "Phases", "data-testid": "phases" },
    phases.length > 0 ? playing({ room, ui, moment, shared, may }, act) : null,
    phases.length > 0
      ? h(
          "div",
          { class: "together", key: "together" },
          together({ playback, ui, who, names, shared, may }, act),
        )
      : null,
    h(
      "ol",
      { class: "phases" },
      h("li", { key: "set-up" }, chip(
          {
            id: null,
            label: "Set-up",
            on: !shared && !ui.play && ui.phase === null,
            people: peopleIn?.(null),
          },
          act,
        ),
      ),
      phases.map(([id, { props }], index) =>
        h(
          "li",
          { key: id },
          chip(
            {
              id,
              label: props.name ?? String(index + 1),
              title: `Phase ${index + 1}${props.name ? `: ${props.name}` : ""}, ${props.duration / 1000} s`,
              on: !shared && !ui.play && ui.phase === id,
              may,
              sampled: props.duration > 5_000,
              people: peopleIn?.(id),
            },
            act,
          ),
        ),
      ),
      may
        ? h(
            "li",
            { key: "add" },
            h(
              "button",
              {
                class: `button plain ${phases.length > 0 ? "square" : ""}`,
                type: "button",
                "data-act": "add-phase",
                "aria-label": "Add a phase",
                title: "Add a phase",
                onclick: act.addPhase,
              },
              icon("plus"),
              phases.length > 0 ? null : "Add a phase and play it",
            ),
          )
        : null,
    ),
  );
}

/** By hand a phase is put where another is; by keys with Alt and the arrows. */
function dragged(id, act) {
  return {
    draggable: "true",
    ondragstart: (event) => event.dataTransfer.setData(CHIP, id),
    ondragover: (event) => event.dataTransfer.types.includes(CHIP) && event.preventDefault(),
    ondrop: (event) => {
      event.preventDefault();
      act.movePhaseTo(event.dataTransfer.getData(CHIP), id);
    },
  };
}

function chip({ id, label, title, on, may, people = null }, act) {
  return h(
    "button",
    {
      class: "button plain chip",
      type: "button",
      "data-phase": id ?? "set-up",
      "aria-pressed": String(on),
      title: title ?? "Where everybody begins",
      ...(may && id ? dragged(id, act) : {}),
      onclick: () => (on && id ? act.drawer("phase") : act.atPhase(id)),
      onkeydown: (event) => {
        const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (!by || !event.altKey || !id) return;
        event.preventDefault();
        event.stopPropagation();
        act.movePhase(id, by);
      },
    },
    h("span", { class: "cut" }, label),
    people,
  );
}

function playing({ room, ui, moment, shared, may }, act) {
  const { objects, playback } = room.state;
  const line = lineOf(objects);
  const now = shared ? playback : (ui.play ?? { speed: 100, loop: false });
  const mayPlay = !shared || may;
  return h(
    "div",
    { class: "playing", key: "playing", "data-shared": shared },
    h("phase-clock", {
      key: "clock",
      ".model": { moment, duration: line.duration, spans: line.phases, act, may: mayPlay },
      "onclock-end": act.playEnded,
    }),
    h(
      "select",
      {
        class: "input speed",
        "aria-label": "Speed",
        disabled: !mayPlay,
        ".value": String(now.speed),
        onchange: (event) => act.speed(Number(event.target.value)),
      },
      SPEEDS.map((speed) => h("option", { key: speed, value: String(speed) }, `${speed / 100}×`)),
    ),
    h(
      "button",
      {
        class: "button plain square",
        type: "button",
        "aria-label": "Again and again",
        title: "Again and again",
        "aria-pressed": String(Boolean(now.loop)),
        disabled: !mayPlay,
        onclick: () => act.loop(!now.loop),
      },
      icon("loop"),
    ),
    now.loop && line.phases.length > 1 ? part({ phases: phasesOf(objects), chosen: partOf(line, now), mayPlay }, act) : null,
  );
}

/** Over which phases it goes again and again. */
function part({ phases, chosen: [first, last], mayPlay }, act) {
  const choice = (label, key, value) =>
    h(
      "select",
      {
        ...{ class: "input speed", key, "aria-label": label, title: label, "data-act": key },
        ...{ disabled: !mayPlay, ".value": String(value) },
        onchange: (event) => act.loopPart({ [key]: Number(event.target.value) }),
      },
      phases.map(([id, { props }], index) =>
        h("option", { key: id, value: String(index) }, props.name ?? String(index + 1)),
      ),
    );
  return h(
    "span",
    { class: "loop-part", key: "part", role: "group", "aria-label": "Part that is played again and again" },
    choice("From phase", "first", first),
    "–",
    choice("To phase", "last", last),
  );
}

/** Whether one watches alone or with all, in words, with the way between. */
function together({ playback, ui, who, names, shared, may }, act) {
  const press = (label, run, act_) =>
    h("button", { class: "button tiny", type: "button", key: act_, "data-act": act_, onclick: run }, label);
  if (playback === null)
    return may && whyNot(who, names) === null ? press("Play for all", act.playForAll, "play-for-all") : null;
  if (!shared) return press("Watch with all", () => act.watchAlone(false), "watch-with-all");
  return [
    may ? press("Stop for all", act.stopForAll, "stop-for-all") : null,
    ui.alone ? null : press("Look alone", () => act.watchAlone(true), "watch-alone"),
  ];
}
