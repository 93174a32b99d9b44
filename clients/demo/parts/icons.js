/** Icons: strokes on a grid of 20, drawn in the colour of the text around them. */
import { h } from "./view.js";

const PATHS = {
  select: "M5 3l10 6.5-4.6 1.1L13 16l-2 1-2.6-5.3L5 15z",
  token: "M10 3.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13M10 7v6M8.6 8.2L10 7",
  ball: "M10 4a6 6 0 1 0 0 12a6 6 0 0 0 0-12M10 7.6l2.3 1.7-.9 2.7H8.6l-.9-2.7zM10 4v3.6M15.6 8.2l-3.3 1.1M13.5 15l-2.1-3M6.5 15l2.1-3M4.4 8.2l3.3 1.1",
  line: "M4 16L16 4",
  arrow: "M4 16L15 5M9 4.5h6.5V11",
  pass: "M4 16l2-2M8 12l2-2M12 8l2.6-2.6M10 4.5h5.5V10",
  dribble: "M3.5 16.5c.4-3 2.6-1.4 3-3.6s2.6-1.4 3-3.6 2.6-1.4 3-3.3M10.5 4.5h5V9.5",
  rect: "M3.5 5.5h13v9h-13z",
  ellipse: "M10 5c4 0 7 2.2 7 5s-3 5-7 5-7-2.2-7-5 3-5 7-5",
  text: "M5 7V5h10v2M10 5v10.5M8 15.5h4",
  undo: "M7.5 4.5L4 8l3.5 3.5M4 8h7.5a4.5 4.5 0 0 1 0 9H9",
  redo: "M12.5 4.5L16 8l-3.5 3.5M16 8H8.5a4.5 4.5 0 0 0 0 9H11",
  fit: "M4 8V4h4M12 4h4v4M16 12v4h-4M8 16H4v-4",
  history: "M4 10a6 6 0 1 1 1.8 4.3M4 5.5V10h4.5M10 7v3.5l2.5 1.5",
  chat: "M4 5h12v8.5H9L5.5 16.5v-3H4z",
  share:
    "M12.5 6.5a2.2 2.2 0 1 0 4.4 0a2.2 2.2 0 0 0-4.4 0M3 10a2.2 2.2 0 1 0 4.4 0A2.2 2.2 0 0 0 3 10M12.5 14a2.2 2.2 0 1 0 4.4 0a2.2 2.2 0 0 0-4.4 0M7.2 9l5.5-2M7.2 11l5.5 2.2",
  sun: "M10 7a3 3 0 1 0 0 6a3 3 0 0 0 0-6M10 2.5v1.5M10 16v1.5M2.5 10H4M16 10h1.5M4.7 4.7l1 1M14.3 14.3l1 1M4.7 15.3l1-1M14.3 5.7l1-1",
  moon: "M15.5 12A6.3 6.3 0 0 1 8 4.5a6.3 6.3 0 1 0 7.5 7.5z",
  close: "M5 5l10 10M15 5L5 15",
  lock: "M5.5 9h9v7.5h-9zM7.5 9V6.5a2.5 2.5 0 0 1 5 0V9",
  unlock: "M5.5 9h9v7.5h-9zM7.5 9V6.5a2.5 2.5 0 0 1 4.8-1",
  trash: "M4 6h12M8 6V4h4v2M5.5 6l.8 10.5h7.4L14.5 6M8.5 9v4.5M11.5 9v4.5",
  settings: "M4 6h7M15 6h1M13 4.2v3.6M4 14h1M9 14h7M7 12.2v3.6",
  people:
    "M7.5 9.5a2.7 2.7 0 1 0 0-5.4a2.7 2.7 0 0 0 0 5.4M2.5 16c.3-3 2.2-4.5 5-4.5s4.7 1.5 5 4.5M13 9.3a2.4 2.4 0 0 0 0-4.7M14.5 11.8c1.7.5 2.8 1.9 3 4.2",
  back: "M12 4.5L6.5 10l5.5 5.5",
  more: "M4.6 9.6h.8v.8h-.8zM9.6 9.6h.8v.8h-.8zM14.6 9.6h.8v.8h-.8z",
  plus: "M10 4v12M4 10h12",
  comment: "M4 5h12v9H9.5L6 17v-3H4zM7 8h6M7 11h4",
  laser: "M4 16l6-6M10 10l1.5-1.5M13.5 3v2M17 6.5h-2M16 4l-1.3 1.3M10.8 5l.9.9M15 9.2l-.9-.9",
  present: "M3 4h14v9H3zM10 13v3.5M6.5 16.5h7M8.5 6.5v4l3.5-2z",
  gather: "M10 8.4a1.6 1.6 0 1 0 0 3.2a1.6 1.6 0 0 0 0-3.2M3 3l4 4M4 7h3V4M17 3l-4 4M13 4v3h3M3 17l4-4M4 13h3v3M17 17l-4-4M13 16v-3h3",
  check: "M4 10.5l4 4L16 6",
  eye: "M2.5 10c2-3.6 4.5-5.2 7.5-5.2s5.5 1.6 7.5 5.2c-2 3.6-4.5 5.2-7.5 5.2S4.5 13.6 2.5 10zM10 8a2 2 0 1 0 0 4a2 2 0 0 0 0-4",
};

/** @param {keyof typeof PATHS} name */
export function icon(name) {
  return h(
    "svg",
    { class: "icon", viewBox: "0 0 20 20", "aria-hidden": "true", focusable: "false" },
    h("path", { d: PATHS[name] }),
  );
}
