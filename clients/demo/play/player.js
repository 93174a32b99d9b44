/** Where the player is in the play, and what its page shows. Pure. */
import { timelineOf } from "/js/kinds/board_timeline.js";
import { objectsAt } from "../board/exchange/moments.js";
import { pictureView } from "../board/exchange/picture.js";
import { icon } from "../parts/icons.js";
import { h } from "../parts/view.js";

export const SPEEDS = [50, 100, 200];

/**
 * @typedef {{at: number, since: number | null, speed: number, loop: boolean}} Play `at` ms on the line
 *   of phases when the page's clock was `since`; null: it stands
 */

/** @returns {Play} */
export const atTheStart = () => ({ at: 0, since: null, speed: 100, loop: false });

/** The moment that shows now. @param {Play} play */
export function momentOfPlay(play, now, duration) {
  if (play.since === null) return Math.min(play.at, duration);
  const ms = play.at + ((now - play.since) * play.speed) / 100;
  if (ms < duration) return ms;
  return play.loop && duration > 0 ? ms % duration : duration;
}

/** Played to its end, and not again. */
export function hasEnded(play, now, duration) {
  return play.since !== null && !play.loop && momentOfPlay(play, now, duration) >= duration;
}

/** Play or pause; from the end it begins anew. @param {Play} play @returns {Play} */
export function toggled(play, now, duration) {
  const at = momentOfPlay(play, now, duration);
  if (play.since !== null && !hasEnded(play, now, duration)) return { ...play, at, since: null };
  return { ...play, at: at >= duration ? 0 : at, since: now };
}

/** @param {Play} play @returns {Play} the same, from another moment or otherwise, going on from here */
export function changed(play, part, now, duration) {
  const at = part.at ?? momentOfPlay(play, now, duration);
  return { ...play, ...part, at, since: play.since === null ? null : now };
}

/** @param {{name: string, state: any, play: Play, now: number, size: [number, number]}} model */
export function playerView({ name, state, play, now, size }, act) {
  const timeline = timelineOf(state.objects);
  const { duration, phases } = timeline;
  const ms = momentOfPlay(play, now, duration);
  const index = timeline.phaseAt(ms);
  const phase = index === null ? null : state.objects[phases[index].id].props;
  const playing = play.since !== null && ms < duration;
  const objects = objectsAt(state.objects, timeline, ms);
  return h(
    "main",
    { class: "player" },
    h(
      "div",
      { class: "stage", key: "stage" },
      pictureView({ settings: state.settings, objects, size, title: name }),
    ),
    h(
      "div",
      { class: "controls", key: "controls", role: "group", "aria-label": "Player" },
      h("h1", { class: "name", key: "name" }, name),
      duration > 0 ? controls({ play, playing, ms, duration, index, phases, phase }, act) : null,
      fullButton(act),
      phase?.notes ? h("p", { class: "notes", key: "notes", tabindex: "0" }, phase.notes) : null,
    ),
  );
}

function controls({ play, playing, ms, duration, index, phases, phase }, act) {
  const seconds = (value) => (value / 1_000).toFixed(1);
  const where = index === null ? "Set-up" : `${index + 1} of ${phases.length}`;
  const step = phase?.name ? `${where} · ${phase.name}` : where;
  return [
    button("toggle", playing ? "pause" : "play", playing ? "Pause" : "Play", act.toggle),
    h("input", {
      key: "place",
      type: "range",
      min: 0,
      max: Math.round(duration),
      step: 10,
      "aria-label": "Place in the play",
      "aria-valuetext": `${seconds(ms)} of ${seconds(duration)} seconds, ${step}`,
      ".value": String(Math.round(ms)),
      oninput: ({ target }) => act.seek(Number(target.value)),
    }),
    h("span", { class: "step", key: "step", "data-testid": "step" }, `${step} · ${seconds(ms)} s`),
    h(
      "button",
      { class: "button plain", type: "button", key: "speed", "aria-label": `Speed ${play.speed / 100}`, onclick: act.faster },
      `${play.speed / 100}×`,
    ),
    h(
      "button",
      {
        class: "button plain",
        type: "button",
        key: "loop",
        "aria-pressed": String(play.loop),
        onclick: act.loop,
      },
      "Loop",
    ),
  ];
}

function fullButton(act) {
  return act.full ? button("full", "full", "Whole screen", act.full) : null;
}

function button(key, picture, label, run) {
  return h(
    "button",
    { class: "button plain square", type: "button", key, "aria-label": label, title: label, onclick: run },
    icon(picture),
  );
}

const ENDS = {
  "bad-link": ["This link is not whole", "It names no board. Ask for it again."],
  gone: ["There is no such board, or not for you", "The link may have been revoked or have ended."],
  away: ["The server cannot be reached", "It is asked again in a moment."],
  loading: ["One moment", "The board is on its way."],
};

/** @param {keyof typeof ENDS} end */
export function endView(end) {
  const [title, words] = ENDS[end];
  return h(
    "main",
    { class: "player", "data-testid": `end-${end}` },
    h("div", { class: "end" }, h("h1", {}, title), h("p", { class: "quiet" }, words)),
  );
}
