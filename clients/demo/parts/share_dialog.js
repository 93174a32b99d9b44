/**
 * People and links of a room: a link per role with expiry, copy, revoke and rotate; members with
 * their roles; the read-only switch. Says what the owner wants by events; the page sends the
 * commands. Secrets of links come by HTTP, on demand.
 */
import { icon } from "./icons.js";
import { colourOf, ROLE_MEANING, ROLES } from "./people.js";
import { avatar } from "./presence_avatars.js";
import { h, Part } from "./view.js";

const EXPIRIES = [
  ["", "never ends"],
  ["1", "ends in 1 hour"],
  ["24", "ends in 1 day"],
  ["168", "ends in 7 days"],
];

export class ShareDialog extends Part {
  #dialog = null;

  /**
   * @param {{open: boolean, room: any, me: string, role: string, online: Set<string>, links:
   * Record<string, string> | null, problem: string | null, copied: string | null, now: number,
   * meaning?: Record<string, string>, thing?: string}} model
   */
  view(model) {
    const { meaning = ROLE_MEANING } = model;
    const owner = model.role === "owner";
    return h(
      "dialog",
      {
        "aria-labelledby": "share-title",
        onclose: () => this.say("share-close"),
        onclick: (event) => this.#outside(event),
      },
      h("header", {}, h("h2", { id: "share-title" }, "People and links"), this.#closeButton()),
      !model.open
        ? null
        : h(
            "div",
            { class: "scroll" },
            model.problem
              ? h("p", { class: "notice bad-edge", role: "alert" }, model.problem)
              : null,
            owner
              ? this.#links(model)
              : h(
                  "p",
                  { class: "quiet" },
                  `You are ${article(model.role)} ${model.role} here: ${meaning[model.role]}. Owners make links.`,
                ),
            this.#members(model, owner),
            owner ? this.#readOnly(model) : null,
          ),
    );
  }

  redraw() {
    super.redraw();
    this.#dialog = this.querySelector("dialog");
    if (!this.#dialog) return;
    if (this.model.open && !this.#dialog.open) this.#dialog.showModal();
    if (!this.model.open && this.#dialog.open) this.#dialog.close();
  }

  #outside(event) {
    if (event.target === this.#dialog) this.#dialog.close();
  }

  #closeButton() {
    return h(
      "button",
      {
        class: "button plain square",
        type: "button",
        "aria-label": "Close",
        onclick: () => this.#dialog.close(),
      },
      icon("close"),
    );
  }

  #links(model) {
    const live = (model.room.invitations ?? []).filter((link) => !link.revoked);
    return h(
      "section",
      { "aria-labelledby": "links-title" },
      h("h3", { id: "links-title" }, "Links"),
      live.length === 0
        ? h("p", { class: "quiet" }, "Nobody can come in yet. Make a link and send it.")
        : null,
      h(
        "ul",
        { class: "list", "data-testid": "links" },
        live.map((link) => this.#link(link, model)),
      ),
      this.#newLink(model),
    );
  }

  #link(link, { links, copied, now }) {
    const ended = link.expires && link.expires <= now;
    const used = link.uses === 0;
    const address = links?.[link.id];
    const about = [
      ended ? "has ended" : link.expires ? `ends ${when(link.expires)}` : "never ends",
      link.uses ? `${link.uses} uses left` : used ? "used up" : null,
    ]
      .filter(Boolean)
      .join(" · ");
    return h(
      "li",
      { class: ended || used ? "link-row void" : "link-row", key: link.id, "data-role": link.role },
      h(
        "div",
        { class: "stack tight address" },
        h("b", {}, link.role === "watch" ? "plays, lets nobody in" : link.role, " ", h("span", { class: "quiet small" }, about)),
        h("input", {
          class: "input",
          readonly: true,
          ".value": address ?? "",
          placeholder: links
            ? "Told to owners of the board itself, not to a team's"
            : "The address is being fetched",
          "aria-label": `Address of the ${link.role} link`,
          onfocus: (event) => event.target.select(),
        }),
      ),
      h(
        "button",
        {
          class: "button",
          type: "button",
          disabled: !address,
          onclick: () => this.say("share-copy", { id: link.id, address }),
        },
        copied === link.id ? "Copied" : "Copy",
      ),
      h(
        "button",
        {
          class: "button plain",
          type: "button",
          title: "A new address takes the place of this one",
          onclick: () => this.say("share-rotate", { id: link.id }),
        },
        "Rotate",
      ),
      h(
        "button",
        {
          class: "button plain danger",
          type: "button",
          title: "This address stops working; members stay",
          onclick: () => this.say("share-revoke", { id: link.id }),
        },
        "Revoke",
      ),
    );
  }

  #newLink({ meaning = ROLE_MEANING }) {
    const submit = (event) => {
      event.preventDefault();
      const form = new FormData(event.target);
      const hours = Number(form.get("hours"));
      this.say("share-create", { role: form.get("role"), hours: hours || null });
    };
    return h(
      "form",
      { class: "row new-link", onsubmit: submit, "aria-label": "New link" },
      h(
        "select",
        { class: "input", name: "role", "aria-label": "What the link allows" },
        ["editor", "annotator", "viewer", "owner"].map((role) =>
          h("option", { value: role, key: role }, `${role}: ${meaning[role]}`),
        ),
      ),
      h(
        "select",
        { class: "input", name: "hours", "aria-label": "How long the link is good" },
        EXPIRIES.map(([hours, label]) => h("option", { value: hours, key: hours }, label)),
      ),
      h("button", { class: "button primary", type: "submit" }, icon("plus"), "Make link"),
    );
  }

  #members(model, owner) {
    const members = Object.entries(model.room.members ?? {});
    const count = model.room.count ?? members.length;
    return h(
      "section",
      { "aria-labelledby": "members-title" },
      h(
        "h3",
        { id: "members-title" },
        count === 1 ? "1 member" : `${count} members`,
      ),
      h(
        "ul",
        { class: "list", "data-testid": "members" },
        members.map(([account, member]) => this.#member(account, member, model, owner)),
      ),
    );
  }

  #member(account, { name, role, team }, { me, online, room }, owner) {
    const mine = account === me;
    return h(
      "li",
      { key: account, "data-account": account },
      avatar({ name, colour: colourOf(room.names, account) }),
      h(
        "span",
        { class: "grow cut" },
        name,
        mine ? h("span", { class: "quiet" }, " (you)") : null,
        team ? h("span", { class: "small quiet" }, " by the team") : null,
        online.has(account) ? h("span", { class: "small good" }, " here") : null,
      ),
      owner && !mine
        ? h(
            "select",
            {
              class: "input",
              "aria-label": `Role of ${name}`,
              ".value": role,
              onchange: (event) =>
                this.say("member-role", { member: account, role: event.target.value }),
            },
            ROLES.map((one) => h("option", { value: one, key: one }, one)),
          )
        : h("span", { class: "quiet" }, role),
      owner && !mine
        ? h(
            "button",
            {
              class: "button plain danger",
              type: "button",
              "aria-label": `Remove ${name}`,
              onclick: () => this.say("member-remove", { member: account }),
            },
            "Remove",
          )
        : null,
    );
  }

  #readOnly({ room, thing = "board" }) {
    return h(
      "section",
      {},
      h(
        "label",
        { class: "switch" },
        h("input", {
          type: "checkbox",
          role: "switch",
          ".checked": Boolean(room.read_only),
          onchange: (event) => this.say("share-read-only", { on: event.target.checked }),
        }),
        h(
          "span",
          {},
          h("b", {}, "Read only"),
          h("br", {}),
          h("span", { class: "quiet small" }, `Only owners can change the ${thing} while this is on`),
        ),
      ),
    );
  }
}

function article(role) {
  return /^[aeo]/u.test(role) ? "an" : "a";
}

function when(ms) {
  return new Date(ms).toLocaleString([], {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  });
}

customElements.define("share-dialog", ShareDialog);
