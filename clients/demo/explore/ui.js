/** What this page knows: what is asked, what was answered, what there is to pick. One plain object. */
import { emptyQuestion } from "./question.js";

export function initialUi() {
  return {
    question: emptyQuestion(),
    /** What all plays of the question come to. @type {any} */
    total: null,
    /** @type {any[] | null} */
    sums: null,
    /** @type {any[] | null} */
    spread: null,
    /** @type {any[] | null} */
    plays: null,
    /** Where the next page of plays begins. @type {string | null} */
    next: null,
    /** Of which question these are answers: its address, and itself. */
    answered: "",
    /** @type {import("./question.js").Question | null} */
    of: null,
    busy: false,
    moreBusy: false,
    /** @type {null | {kind: string, text: string}} */
    problem: null,
    /** Until when everything is in the answer, log time ms. @type {number | null} */
    asOf: null,
    /** When the last answer came, wall clock ms. @type {number | null} */
    answeredAt: null,
    /** What can be picked: values in their order. @type {Record<string, any[]>} */
    options: {},
    /** Player to name and team. @type {Record<string, string>} */
    people: {},
    /** Games that one may open. @type {Record<string, {name: string, path: string}>} */
    games: {},
    /** How many plays there are that one may ask about; null: not known yet. @type {number | null} */
    everything: null,
    /** The mark of the chart that is looked at; null: none. @type {number | null} */
    mark: null,
    /** On a phone: the conditions are over the answer. */
    form: false,
    copied: false,
  };
}
