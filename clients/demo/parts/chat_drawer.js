/** The room's chat, newest below; keeps its place while one reads above. */
import { icon } from "./icons.js";
import { colourOf } from "./people.js";
import { avatar } from "./presence_avatars.js";
import { h, Part } from "./view.js";

const NEAR_END_PX = 40;

export class ChatDrawer extends Part {
  /**
   * @param {{chat: {v?: number, at: number, by: string, text: string, pending?: boolean}[], names:
   * Record<string, string>, me: string}} model
   */
  view({ chat, names, me }) {
    return [
      h(
        "header",
        {},
        h("h2", {}, "Chat"),
        h(
          "button",
          {
            class: "button plain square",
            type: "button",
            "aria-label": "Close chat",
            onclick: () => this.say("drawer-close"),
          },
          icon("close"),
        ),
      ),
      h(
        "div",
        { class: "scroll", tabindex: 0, "aria-label": "Messages" },
        chat.length === 0
          ? h(
              "p",
              { class: "quiet" },
              "Nothing said yet. What you write here stays with the board.",
            )
          : h(
              "ol",
              { class: "chat-lines", "data-testid": "chat" },
              chat.map((line, index) => this.#line(line, index, names, me)),
            ),
      ),
      h("footer", {}, this.#form()),
    ];
  }

  redraw() {
    const box = this.querySelector(".scroll");
    const atEnd = !box || box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX;
    super.redraw();
    const now = this.querySelector(".scroll");
    if (now && atEnd) now.scrollTop = now.scrollHeight;
  }

  #line({ v, at, by, text, pending }, index, names, me) {
    const name = names[by] ?? "Somebody";
    return h(
      "li",
      { key: v ?? `p${index}`, class: pending ? "waiting" : null },
      avatar({ name, colour: colourOf(names, by) }),
      h(
        "div",
        {},
        h(
          "div",
          { class: "small" },
          h("b", {}, by === me ? "You" : name),
          " ",
          h("span", { class: "quiet" }, pending ? "on its way" : clock(at)),
        ),
        h("div", { class: "said" }, text),
      ),
    );
  }

  #form() {
    const submit = (event) => {
      event.preventDefault();
      const input = event.target.elements.text;
      const text = input.value.trim();
      if (!text) return;
      input.value = "";
      this.say("chat-say", { text });
    };
    return h(
      "form",
      { class: "row", onsubmit: submit },
      h("input", {
        class: "input grow",
        name: "text",
        maxlength: 1000,
        autocomplete: "off",
        placeholder: "Say something",
        "aria-label": "Message",
      }),
      h("button", { class: "button primary", type: "submit" }, "Send"),
    );
  }
}

export function clock(at) {
  return new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

customElements.define("chat-drawer", ChatDrawer);
