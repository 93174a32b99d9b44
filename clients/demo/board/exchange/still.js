/**
 * A description of an SVG as a file that needs nothing else: what style sheets say of its elements is
 * written into them. Needs a page, because the browser knows what applies.
 */
import { patch } from "../../parts/view.js";

const SHAPES = "path circle ellipse rect polygon line polyline".split(" ");
/** Property → what a file need not say. */
const USUAL = {
  fill: "rgb(0, 0, 0)",
  stroke: "none",
  "stroke-width": "1px",
  "stroke-dasharray": "none",
  "stroke-linecap": "butt",
  "stroke-linejoin": "miter",
  "fill-opacity": "1",
  "stroke-opacity": "1",
  opacity: "1",
  "paint-order": "normal",
};
const USUAL_OF_TEXT = {
  "font-family": "",
  "font-size": "",
  "font-weight": "400",
  "text-anchor": "start",
  "dominant-baseline": "auto",
};
const KEPT =
  /^(?:viewBox|width|height|d|points|transform|x|y|x1|y1|x2|y2|r|cx|cy|rx|ry|href|preserveAspectRatio|id|clip-path|xmlns)$/u;
const SEE_THROUGH = /^(?:none|transparent|rgba\(.*, 0\))$/u;

/** Draws pictures out of sight, in the light colours of paper. */
export class Easel {
  constructor() {
    this.host = document.createElement("div");
    this.host.className = "easel";
    this.host.setAttribute("aria-hidden", "true");
    document.body.append(this.host);
  }

  /** @returns {SVGSVGElement} an element of its own, with everything written into it */
  still(view) {
    patch(this.host, view);
    const shown = this.host.querySelector("svg");
    return /** @type {SVGSVGElement} */ (written(shown));
  }

  /** As the text of a file. */
  text(view) {
    const still = this.still(view);
    still.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(still)}\n`;
  }

  remove() {
    this.host.remove();
  }
}

function written(node) {
  const copy = node.cloneNode(false);
  const style = getComputedStyle(node);
  const text = node.tagName === "text" || node.tagName === "tspan";
  const shape = SHAPES.includes(node.tagName);
  if (style.display === "none") return null;
  if (shape && SEE_THROUGH.test(style.fill) && SEE_THROUGH.test(style.stroke)) return null;
  for (const { name } of [...node.attributes])
    if (!KEPT.test(name)) copy.removeAttribute(name);
  if (node.tagName === "image" && style.clipPath.startsWith("circle(")) return rounded(copy);
  if (shape || text) write(copy, style, USUAL);
  else if (style.opacity !== "1") copy.setAttribute("opacity", style.opacity);
  if (text) write(copy, style, USUAL_OF_TEXT);
  for (const child of node.childNodes) {
    const kept = child.nodeType === Node.ELEMENT_NODE ? written(child) : child.cloneNode();
    if (kept) copy.append(kept);
  }
  return copy;
}

let faces = 0;

/** A photo, round as on the page, by what every program that reads drawings knows. */
function rounded(image) {
  const make = (name) => document.createElementNS("http://www.w3.org/2000/svg", name);
  const [group, clip, circle] = [make("g"), make("clipPath"), make("circle")];
  const [x, y, side] = ["x", "y", "width"].map((name) => Number(image.getAttribute(name)));
  faces += 1;
  clip.id = `face-${faces}`;
  for (const [name, value] of [["cx", x + side / 2], ["cy", y + side / 2], ["r", side / 2]])
    circle.setAttribute(String(name), String(value));
  image.setAttribute("clip-path", `url(#${clip.id})`);
  clip.append(circle);
  group.append(clip, image);
  return group;
}

function write(copy, style, usual) {
  for (const [name, common] of Object.entries(usual)) {
    const value = style.getPropertyValue(name).trim();
    if (value === common || value === "") continue;
    const [, r, g, b, a] = /^rgba\((\d+), (\d+), (\d+), ([\d.]+)\)$/u.exec(value) ?? [];
    if (a === undefined) copy.setAttribute(name, value.replace(/px\b/gu, ""));
    else {
      copy.setAttribute(name, `rgb(${r}, ${g}, ${b})`);
      copy.setAttribute(`${name}-opacity`, a);
    }
  }
}
