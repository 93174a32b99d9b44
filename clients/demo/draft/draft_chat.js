/**
 * The draft's chat, newest below: people are named by "@", emotes go with one press, and the
 * commissioner takes a line out, or mutes who said it. Keeps its place while one reads above.
 */
import { icon } from "../parts/icons.js";
import { colourOf } from "../parts/people.js";
import { avatar } from "../parts/presence_avatars.js";
import { h, Part } from "../parts/view.js";
import { completed, EMOTES, isEmote, isMeant, partsOf, suggestions } from "./mentions.js";
import { clockTime } from "./words.js";

const NEAR_END_PX = 40;
const TEXT_MAX = 1_000;
/** @type {[number | null, string][]} */
const LENGTHS = [[10, "10 minutes"], [60, "1 hour"], [null, "Until lifted"]];

export class DraftChat extends Part {
  /** What is being typed, as far as it names somebody. */
  typed = "";
  /** The line whose author may be muted by the next press. @type {number | null} */
  asked = null;

  /**
   * @param {{chat: {v?: number, at: number, by: string, text: string, pending?: boolean}[], names:
   * Record<string, string>, me: string, owner: boolean, members?: Record<string, {role: string}>, muted?: Record<string, number | null>}} model
   */
  view({ chat, names, me, owner, members = {}, muted = {} }) {
    return [
      h("h2", { class: "unseen" }, "Chat"),
      h(
        "div",
        { class: "scroll grow", tabindex: 0, "aria-label": "Messages" },
        chat.length === 0
          ? h("p", { class: "quiet" }, "Nothing said yet. What you write here stays with the draft.")
          : h("ol", { class: "chat-lines", "data-testid": "chat" }, chat.map((line, index) => this.#line(line, index, { names, me, owner, members, muted }))),
      ),
      h(
        "div",
        { class: "row wrap emotes", role: "group", "aria-label": "Emotes" },
        EMOTES.map((one) => h("button", { class: "button plain", type: "button", key: one, "aria-label": `Say ${one}`, onclick: () => this.say("chat-say", { text: one }) }, one)),
      ),
      this.#form(names, me),
    ];
  }

  redraw() {
    const box = this.querySelector(".scroll");
    const atEnd = !box || box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX;
    super.redraw();
    const now = this.querySelector(".scroll");
    if (now && atEnd) now.scrollTop = now.scrollHeight;
  }

  #line({ v, at, by, text, pending }, index, { names, me, owner, members, muted }) {
    const name = names[by] ?? "Somebody";
    const meant = by !== me && isMeant(text, names, me);
    return h(
      "li",
      { key: pending ? `p${index}` : (v ?? null), class: pending ? "waiting" : null, "data-meant": meant ? "yes" : null },
      avatar({ name, colour: colourOf(names, by) }),
      h(
        "div",
        { class: "grow" },
        h("div", { class: "small" }, h("b", {}, by === me ? "You" : name), " ", h("span", { class: "quiet" }, pending ? "on its way" : clockTime(at)), meant ? h("span", { class: "unseen" }, " mentions you") : null),
        h(
          "div",
          { class: isEmote(text) ? "said emote" : "said" },
          partsOf(text, names).map((part, place) => (part.name === null ? part.text : h("b", { key: place, class: "mention" }, part.text))),
        ),
        this.asked === v && v !== undefined ? this.#muting(by, name, muted) : null,
      ),
      owner && !pending ? this.#tools(v, by, { name, text, me, members, muted }) : null,
    );
  }

  /** What the commissioner can do about a line: owners are not muted. */
  #tools(v, by, { name, text, me, members, muted }) {
    const shown = this.asked === v;
    return h(
      "div",
      { class: "row", key: "tools" },
      members[by] && members[by].role !== "owner"
        ? h("button", { class: "button plain tiny", type: "button", "aria-expanded": String(shown), "aria-label": by in muted ? `${name} is muted` : `Mute ${name}`, onclick: () => this.#ask(shown ? null : v) }, by in muted ? "Muted" : "Mute")
        : null,
      h("button", { class: "button plain square", type: "button", key: "remove", "aria-label": `Remove what ${by === me ? "you" : name} said: ${text.slice(0, 40)}`, onclick: () => this.say("chat-remove", { v }) }, icon("close")),
    );
  }

  /** For how long; or that it is over. */
  #muting(member, name, muted) {
    const choice = (minutes, words) =>
      h("button", { class: "button tiny", type: "button", key: words, onclick: () => this.#mute(member, minutes) }, words);
    return h(
      "div",
      { class: "row wrap", key: "muting", role: "group", "aria-label": `How long ${name} says nothing`, "data-testid": "muting" },
      LENGTHS.map(([minutes, words]) => choice(minutes, words)),
      member in muted ? choice(0, `Let ${name} talk`) : null,
    );
  }

  #mute(member, minutes) {
    this.say("chat-mute", { member, minutes });
    this.#ask(null);
  }

  #ask(v) {
    this.asked = v;
    this.redraw();
  }

  #form(names, me) {
    const input = () => /** @type {any} */ (this.querySelector("input[name=text]"));
    const submit = (event) => {
      event.preventDefault();
      const text = input().value.trim();
      if (!text) return;
      input().value = "";
      this.#type("");
      this.say("chat-say", { text });
    };
    const complete = (name) => {
      input().value = completed(input().value, name).slice(0, TEXT_MAX);
      this.#type("");
      input().focus();
    };
    const offered = suggestions(this.typed, names, me);
    return h(
      "form",
      { class: "stack tight", key: "form", onsubmit: submit },
      offered.length
        ? h("div", { class: "row wrap", key: "names", role: "group", "aria-label": "People", "data-testid": "mentions" }, offered.map((name) => h("button", { class: "button tiny", type: "button", key: name, onclick: () => complete(name) }, `@${name}`)))
        : null,
      h(
        "div",
        { class: "row", key: "line" },
        h("input", {
          ...{ class: "input grow", name: "text", maxlength: TEXT_MAX, autocomplete: "off", "data-typing": true },
          ...{ placeholder: "Say something, @ names somebody", "aria-label": "Message" },
          oninput: (event) => this.#type(event.target.value),
        }),
        h("button", { class: "button primary", type: "submit" }, "Send"),
      ),
    );
  }

  /** Drawn again only where the names that are offered may be others. */
  #type(text) {
    const before = this.typed;
    this.typed = text.includes("@") ? text : "";
    if (before !== this.typed) this.redraw();
  }
}

customElements.define("draft-chat", DraftChat);
