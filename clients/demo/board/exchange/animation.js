/** The phases as a moving picture: a GIF, or a film by the browser's own recorder. */
import { timelineOf } from "/js/kinds/board_timeline.js";
import { drawSvg, newCanvas } from "./canvas.js";
import { Colours, Gif } from "./gif.js";
import { objectsAt } from "./moments.js";
import { pictureSize, pictureView } from "./picture.js";

/** What a GIF or a film may last: beyond it they are too large to send. */
export const ANIMATION_MAX_MS = 60_000;
const REST_MS = 800;
const GIF = { long: 640, frameMs: 80 };
const FILM = { long: 1_280, frameMs: 40 };
const FILM_TYPES = [
  "video/webm;codecs=vp9",
  "video/webm;codecs=vp8",
  "video/webm",
  "video/mp4",
];

/** The type of film that this browser records; null: none. */
export function filmType() {
  if (!("MediaRecorder" in globalThis)) return null;
  return FILM_TYPES.find((type) => MediaRecorder.isTypeSupported(type)) ?? null;
}

/**
 * What is left out of a play that is longer than a GIF or a film may be, in words; none: "".
 * @param {any} objects
 */
export function cutWords(objects) {
  const { duration } = timelineOf(objects);
  if (duration <= ANIMATION_MAX_MS) return "";
  const seconds = (ms) => `${Math.round(ms / 100) / 10} s`;
  return `. It holds the first ${seconds(ANIMATION_MAX_MS)} of ${seconds(duration)}, the most that there can be`;
}

/**
 * The moments whose colours the palette is made of: all that is to be seen in one phase only is seen
 * in its middle and at its end. @param {{start: number, duration: number}[]} phases
 */
export function sampledAt(phases, until) {
  const inside = phases.flatMap((one) => [one.start + one.duration / 2, one.start + one.duration]);
  return [0, ...inside.filter((ms) => ms < until), until];
}

/** @param {{name: string, state: any, easel: any, told: (share: number) => void}} job */
export async function gifFile({ name, state, easel, told }) {
  const { draw, timeline, duration, canvas, pen } = studio({ name, state, easel, long: GIF.long });
  const { width, height } = canvas;
  const pixels = () => pen.getImageData(0, 0, width, height).data;
  const colours = new Colours();
  for (const ms of sampledAt(timeline.phases, duration)) {
    await draw(ms);
    colours.add(pixels());
    await breath();
  }
  const gif = new Gif({ width, height, colours });
  for (let ms = 0; ms < duration + GIF.frameMs; ms += GIF.frameMs) {
    const last = ms >= duration;
    await draw(Math.min(ms, duration));
    gif.frame(pixels(), ms === 0 || last ? REST_MS : GIF.frameMs);
    told(Math.min(1, ms / duration));
    await breath();
  }
  return new Blob([gif.end()], { type: "image/gif" });
}

/** Records as long as it plays: the recorder keeps the time at which a frame was drawn. */
export async function filmFile({ name, state, easel, told }) {
  const { draw, duration, canvas } = studio({ name, state, easel, long: FILM.long });
  const type = filmType();
  if (type === null) throw new Error("This browser records no films; take the GIF.");
  await draw(0);
  const recorder = new MediaRecorder(canvas.captureStream(1_000 / FILM.frameMs), {
    mimeType: type,
    videoBitsPerSecond: 4_000_000,
  });
  /** @type {Blob[]} */
  const pieces = [];
  recorder.addEventListener("dataavailable", ({ data }) => pieces.push(data));
  const ended = new Promise((resolve, reject) => {
    recorder.addEventListener("stop", resolve, { once: true });
    recorder.addEventListener("error", () => reject(new Error("The recording failed.")), {
      once: true,
    });
  });
  recorder.start(1_000);
  const began = performance.now();
  for (let ms = 0; ms < duration + 2 * REST_MS; ms = performance.now() - began) {
    await draw(Math.min(duration, Math.max(0, ms - REST_MS)));
    told(Math.min(1, ms / (duration + 2 * REST_MS)));
    await breath(FILM.frameMs / 2);
  }
  recorder.stop();
  await ended;
  return new Blob(pieces, { type: type.split(";")[0] });
}

/** A canvas, and what draws a moment onto it. */
function studio({ name, state, easel, long }) {
  const timeline = timelineOf(state.objects);
  const duration = Math.min(timeline.duration, ANIMATION_MAX_MS);
  if (duration === 0) throw new Error("There are no phases to play.");
  const [width, height] = pictureSize(state.settings, long);
  const { canvas, pen } = newCanvas(width, height);
  const draw = (ms) => {
    const objects = objectsAt(state.objects, timeline, ms);
    const view = pictureView({
      ...{ settings: state.settings, objects, size: [width, height] },
      title: name,
    });
    return drawSvg(easel.text(view), pen, { x: 0, y: 0, width, height });
  };
  return { draw, timeline, duration, canvas, pen };
}

/** Lets the page do its own work. */
function breath(ms = 0) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
