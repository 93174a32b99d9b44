/**
 * Sound, notification and vibration when one's turn comes near; asked for when the person turns them
 * on, never at load. `alertOf` says what for; the rest plays it.
 */
import { picksUntil } from "./reading.js";
import { LAST } from "./clock_face.js";

/**
 * What to tell after the state changed. @param {any} before @param {any} after @param {number | null} mine
 * @returns {"turn" | "deck" | null}
 */
export function alertOf(before, after, mine) {
  if (mine === null || !before || after.phase !== "live") return null;
  const [was, is] = [picksUntil(before, mine), picksUntil(after, mine)];
  const other = before.turn?.version !== after.turn?.version || before.phase !== after.phase;
  if (is === 0 && other) return "turn";
  return is === 1 && was !== 1 && other ? "deck" : null;
}

/** Whether the last seconds of one's own turn are heard now. */
export function lastSeconds(state, mine, now) {
  const { turn, phase } = state;
  if (phase !== "live" || !turn || turn.sort === "bid" || turn.seat !== mine) return false;
  return turn.deadline !== undefined && turn.deadline - now <= LAST && turn.deadline > now;
}

const WORDS = { turn: "You are on the clock", deck: "You are next", mention: "Somebody mentions you" };
const TONES = { turn: [660, 880], deck: [520], tick: [440], mention: [587] };

export class Alerts {
  #audio = null;

  /** @param {{wanted: () => boolean, name: () => string}} page */
  constructor(page) {
    this.page = page;
  }

  /** Asks for what is needed, in answer to the person's press. */
  async permit() {
    this.#audio ??= this.#begin();
    await this.#audio?.resume?.().catch(() => undefined);
    if (globalThis.Notification?.permission === "default") await Notification.requestPermission();
    this.#play(TONES.deck);
  }

  /** Sound may begin in answer to a press only: the first one on a page that was opened again. */
  wake() {
    if (!this.page.wanted()) return;
    this.#audio ??= this.#begin();
    this.#audio?.resume?.().catch(() => undefined);
  }

  /** @param {"turn" | "deck" | "tick" | "mention"} what */
  tell(what) {
    if (!this.page.wanted()) return;
    this.#audio ??= this.#begin();
    this.#play(TONES[what]);
    if (what === "tick") return;
    if (what === "turn") navigator.vibrate?.([200, 80, 200]);
    if (document.hidden && globalThis.Notification?.permission === "granted") this.#notify(WORDS[what]);
  }

  #notify(words) {
    try {
      const note = new Notification(words, { body: this.page.name(), tag: "touchline-draft", icon: "/icon.svg" });
      note.onclick = () => globalThis.focus();
    } catch (error) {
      // Some phones show notifications by a service worker only; there sound and vibration are left.
      if (!(error instanceof TypeError)) throw error;
    }
  }

  #begin() {
    return globalThis.AudioContext ? new AudioContext() : null;
  }

  #play(tones) {
    const audio = this.#audio;
    if (!audio || audio.state !== "running") return;
    for (const [index, tone] of tones.entries()) {
      const [voice, volume] = [audio.createOscillator(), audio.createGain()];
      const at = audio.currentTime + index * 0.18;
      voice.frequency.value = tone;
      volume.gain.setValueAtTime(0.0001, at);
      volume.gain.exponentialRampToValueAtTime(0.25, at + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.16);
      voice.connect(volume).connect(audio.destination);
      voice.start(at);
      voice.stop(at + 0.18);
    }
  }
}
