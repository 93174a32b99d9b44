/** Everything that makes files of a board. */
import { patch } from "../../parts/view.js";
import { cutWords, filmFile, filmType, gifFile } from "./animation.js";
import { blobOf, download, drawSvg, newCanvas } from "./canvas.js";
import { documentOf, fileName } from "./document.js";
import { sheetsOf } from "./moments.js";
import { pictureSize } from "./picture.js";
import { pdfFile, printView, svgOf } from "./sheets.js";
import { Easel } from "./still.js";

const PNG_LONG = 2_400;

/** @typedef {{name: string, state: any, sheet: string, told: (share: number) => void}} Job */

/** @type {Record<string, (job: Job & {easel: any}) => Promise<[Blob, string]>>} */
const WORKS = {
  json: async ({ name, state }) => [
    new Blob([JSON.stringify(documentOf(name, state), null, 1)], { type: "application/json" }),
    "board.json",
  ],
  svg: async (job) => [new Blob([svgOf(chosen(job), job)], { type: "image/svg+xml" }), "svg"],
  png: async (job) => {
    const [width, height] = pictureSize(job.state.settings, PNG_LONG);
    const { canvas, pen } = newCanvas(width, height);
    const svg = svgOf(chosen(job), { ...job, long: PNG_LONG });
    await drawSvg(svg, pen, { x: 0, y: 0, width, height });
    return [await blobOf(canvas, "image/png"), "png"];
  },
  pdf: async (job) => [await pdfFile(job), "pdf"],
  gif: async (job) => [await gifFile(job), "gif"],
  film: async (job) => [await filmFile(job), filmType()?.includes("mp4") ? "mp4" : "webm"],
};

/**
 * Makes a file and hands it to the browser. @param {string} what @param {Job} job
 * @returns {Promise<string>} its name, and what it lacks
 */
export async function makeFile(what, job) {
  const easel = new Easel();
  try {
    const [blob, ending] = await WORKS[what]({ ...job, easel });
    const name = fileName(job.name, ending);
    download(blob, name);
    return what === "gif" || what === "film" ? name + cutWords(job.state.objects) : name;
  } finally {
    easel.remove();
  }
}

/** Puts the sheets beside the page, where only the printer sees them. @param {Job} job */
export function printSheets(job) {
  const paper = document.createElement("div");
  paper.className = "paper";
  document.body.append(paper);
  patch(paper, ...printView(job));
  const done = () => paper.remove();
  addEventListener("afterprint", done, { once: true });
  print();
}

function chosen({ state, sheet }) {
  const sheets = sheetsOf(state.objects);
  return sheets.find(({ key }) => key === sheet) ?? sheets[0];
}
