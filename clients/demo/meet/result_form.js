/** Writing or correcting one result: a time, attempts, or heights; and what became of somebody else. Pure. */
import { h } from "../parts/view.js";
import { attemptWords, markWords, timeWords } from "./reading.js";

const STATUSES = ["", "DNS", "DNF", "DQ", "NM", "NH", "r"];

export function resultForm({ event, athlete, result }, act) {
  const submit = (submitted) => {
    submitted.preventDefault();
    const form = new FormData(submitted.target);
    act.result(event.id, athlete.id, {
      time: String(form.get("time") ?? ""),
      attempts: form.getAll("attempt").map(String),
      tries: form.getAll("tries").map(String),
      status: String(form.get("status")),
      rule: String(form.get("rule") ?? "").trim(),
      jumpOff: String(form.get("jump-off") ?? ""),
      splits: String(form.get("splits") ?? ""),
      changeover: String(form.get("changeover") ?? ""),
    });
  };
  const input = (label, attributes) =>
    h("label", { class: "field", key: label }, h("span", {}, label), h("input", { class: "input", autocomplete: "off", ...attributes }));
  return h(
    "form",
    { class: "meet-form result-form", key: "form", onsubmit: submit, "aria-label": `Result of ${athlete.name}` },
    event.sort === "track" ? input("Time", { name: "time", value: result.time ? rawTime(result.time) : "", inputmode: "decimal", autofocus: true }) : null,
    event.sort === "distance"
      ? Array.from({ length: event.attempts ?? 6 }, (_, i) => input(`${i + 1}.`, { name: "attempt", value: result.attempts?.[i] ? attemptWords(result.attempts[i]).replace("–", "-") : "", placeholder: event.wind ? "7.45 +1.2" : "15.20" }))
      : null,
    event.sort === "height"
      ? (event.heights ?? []).map((height) => input(markWords(height), { name: "tries", value: result.trials?.find((one) => one.height === height)?.tries ?? "", placeholder: "xo" }))
      : null,
    event.sort === "height" ? input("Jump-off", { name: "jump-off", value: (result.jump_off ?? []).map(({ height, tries }) => `${markWords(height)} ${tries}`).join(", "), placeholder: "2.01 x, 1.99 o" }) : null,
    event.laps || event.legs ? h("label", { class: "field wide", key: "splits" }, h("span", {}, event.legs ? "Times at the changeovers" : "Times at the end of each lap"), h("input", { class: "input", name: "splits", autocomplete: "off", value: (result.splits ?? []).map((at) => (at % 10 ? rawTime(at) : timeWords(at))).join(" "), placeholder: event.legs ? "11.4 22.9 34.1" : "1:05.2 2:11.0" })) : null,
    h("label", { class: "field" }, h("span", {}, "Otherwise"), h("select", { class: "input", name: "status", ".value": result.status ?? "" }, STATUSES.map((one) => h("option", { value: one, key: one }, one || "–")))),
    input("Rule, of a DQ", { name: "rule", value: result.rule ?? "", maxlength: 16 }),
    event.legs
      ? h("label", { class: "field", key: "changeover" }, h("span", {}, "At a changeover"), h("select", { class: "input", name: "changeover", ".value": String(result.changeover ?? "") }, ["", ...Array.from({ length: event.legs - 1 }, (_, i) => String(i + 1))].map((one) => h("option", { value: one, key: one }, one ? `${one} to ${Number(one) + 1}` : "–"))))
      : null,
    h("div", { class: "row" }, h("button", { class: "button primary", type: "submit" }, "Save"), h("button", { class: "button", type: "button", onclick: () => act.edit(null) }, "Cancel")),
  );
}

/** To the thousandth, as it was written. */
function rawTime(ms) {
  const minutes = Math.floor(ms / 60_000);
  const rest = ((ms % 60_000) / 1_000).toFixed(3).replace(/0$/u, "");
  return minutes ? `${minutes}:${rest.padStart(rest.includes(".") ? rest.length + (rest.indexOf(".") < 2 ? 1 : 0) : 2, "0")}` : rest;
}
