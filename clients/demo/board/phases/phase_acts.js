/** What the strip, the drawer of a phase and their keys do. */
import { playFor, remove, setProps, stopPlayback } from "../commands.js";
import { boundsOf, lineOf, ownMoment, partOf } from "./moments.js";
import { addPhase, copyPhase, movePhase, phasesOf, putStops, removePhase, stopId } from "./order.js";

const SCRUB_MS = 120;
export const SPEEDS = [25, 50, 100, 200, 400];

/** @param {{room: any, ui: any, change: (part: any) => void, submit: any, serverNow: () => number,
 * tell: (text: string) => void, controller: any}} parts */
export function makePhaseActs({ room, ui, change, submit, serverNow, tell, controller }) {
  const objects = () => room.state.objects;
  const now = () => performance.now();
  const all = (commands) => commands.forEach((command) => submit(command));
  const numberOf = (id) => phasesOf(objects()).findIndex(([one]) => one === id) + 1;
  const shared = () => (ui.alone ? null : room.state.playback);
  const duration = () => lineOf(objects()).duration;

  /** Where the pitch is now, in ms. */
  function place() {
    const playback = shared();
    if (playback)
      return ownMoment({ ...playback, at: playback.at_ms }, serverNow(), duration());
    if (ui.play) return ownMoment(ui.play, now(), duration());
    const span = lineOf(objects()).phases.find(({ id }) => id === ui.phase);
    return span ? span.start + span.duration : 0;
  }

  let scrubbing = null;

  function sendScrub() {
    const at_ms = scrubbing;
    scrubbing = null;
    if (shared()) play({ playing: false, at_ms });
  }

  function play(part) {
    const playback = shared();
    if (playback) {
      const { at_ms: _, since: __, by: ___, ...rest } = playback;
      submit(playFor({ ...rest, at_ms: Math.round(place()), ...part }), { keep: false });
      return;
    }
    const before = ui.play ?? { speed: 100, loop: false, playing: false };
    const { at_ms: at = place(), ...rest } = part;
    change({ play: { ...before, at, since: now(), ...rest } });
  }

  const phaseActs = {
    /** Works on one phase; null is the set-up. */
    atPhase: (id) => {
      controller.abandon();
      change({ phase: id, play: null, alone: ui.alone || room.state.playback !== null });
      tell(id === null ? "Set-up" : `Phase ${numberOf(id)}`);
    },
    nextPhase: (by) => {
      const ids = [null, ...phasesOf(objects()).map(([id]) => id)];
      const to = ids[ids.indexOf(ui.phase) + by];
      if (to !== undefined) phaseActs.atPhase(to);
    },
    addPhase: () => {
      const { id, commands } = addPhase(objects(), ui.phase);
      all(commands);
      phaseActs.atPhase(id);
    },
    copyPhase: (of) => {
      const { id, commands } = copyPhase(objects(), of);
      all(commands);
      phaseActs.atPhase(id);
    },
    movePhase: (id, by) => {
      const commands = movePhase(objects(), id, by);
      if (commands.length === 0) return;
      all(commands);
      tell(`Phase ${numberOf(id)} of ${phasesOf(objects()).length}`);
    },
    /** Where another is now. */
    movePhaseTo: (id, other) => {
      if (numberOf(id) > 0 && id !== other) phaseActs.movePhase(id, numberOf(other) - numberOf(id));
    },
    removePhase: (id) => {
      const ids = [null, ...phasesOf(objects()).map(([one]) => one)];
      const before = ids[ids.indexOf(id) - 1] ?? null;
      submit(removePhase(id));
      change({ phase: before, drawer: null });
      tell("Deleted the phase");
    },
    /** What is selected moves so in the phase that is worked on. */
    setMoves: (set) => {
      const ends = [...ui.selection].map((id) => {
        const at = objects()[stopId(ui.phase, id)]?.props.at ?? controller.placeOf(id);
        return { id, set: { at, ...set } };
      });
      submit(putStops(ui.phase, ends));
    },
    /** What is selected does not move in it. */
    stay: () => {
      const stops = [...ui.selection].map((id) => stopId(ui.phase, id));
      submit(remove(stops.filter((id) => objects()[id])));
      tell("It stays where it was");
    },
    giveBall: (id, carrier) => {
      if (ui.phase === null) return submit(setProps([{ id, set: { carrier } }]));
      const at = controller.placeOf(id);
      return submit(putStops(ui.phase, [{ id, set: { at, carrier } }]));
    },
    setPhase: (id, set) => submit(setProps([{ id, set }])),

    // --- playing ---
    playPause: () => {
      const total = duration();
      if (total === 0) return;
      const running = shared()?.playing ?? ui.play?.playing ?? false;
      const at = place();
      if (running && at < total) play({ playing: false });
      else play({ playing: true, at_ms: at >= total ? 0 : Math.round(at) });
    },
    playEnded: () => {
      if (!shared() && ui.play?.playing && !ui.play.loop) play({ playing: false, at_ms: duration() });
    },
    scrub: (ms) => {
      const at_ms = Math.round(ms);
      if (!shared()) return play({ playing: false, at_ms });
      // The hand is faster than an entry: the latest place is sent, and the last one always.
      if (scrubbing === null) setTimeout(sendScrub, SCRUB_MS);
      scrubbing = at_ms;
      return undefined;
    },
    speed: (speed) => play({ speed }),
    loop: (on) => play({ loop: on, from_ms: null, to_ms: null }),
    /** Again and again from one phase to another: the one that is named goes before. */
    loopPart: ({ first, last }) => {
      const line = lineOf(objects());
      const [from, to] = partOf(line, shared() ?? ui.play ?? {});
      const part = first === undefined ? [Math.min(from, last), last] : [first, Math.max(to, first)];
      const bounds = boundsOf(line, part[0], part[1]);
      const at = place();
      const inside = at >= (bounds.from_ms ?? 0) && at < (bounds.to_ms ?? line.duration);
      play({ loop: true, ...bounds, at_ms: inside ? Math.round(at) : (bounds.from_ms ?? 0) });
      const words = part[0] === part[1] ? `phase ${part[0] + 1}` : `phases ${part[0] + 1} to ${part[1] + 1}`;
      tell(`Again and again: ${words}`);
    },
    /** What one watches alone, all watch from now on. */
    playForAll: () => {
      const { speed = 100, loop = false, from_ms = null, to_ms = null } = ui.play ?? {};
      const at = place();
      const at_ms = at >= duration() ? (from_ms ?? 0) : Math.round(at);
      submit(playFor({ at_ms, playing: true, speed, loop, from_ms, to_ms }), { keep: false });
      change({ alone: false, play: null });
      tell("Playing for everybody");
    },
    stopForAll: () => {
      submit(stopPlayback(), { keep: false });
      change({ alone: false, play: null });
    },
    /** Everybody else goes on; one looks by oneself, and comes back. */
    watchAlone: (on) => change({ alone: on, play: null }),
  };
  return phaseActs;
}
