/** The commissioner's webhooks: asked of the server whenever they are looked at, and after each act. */
import { copyText } from "../parts/clipboard.js";
import { api } from "../parts/identity.js";

/** @param {any} draft the OpenDraft */
export function hookActs(draft) {
  const { ui, announcer, roomId } = draft;
  const change = (part) => draft.change({ hooks: { ...ui.hooks, ...part } });
  const path = (id = "", act = "") => `/drafts/${roomId}/webhooks${id && `/${id}`}${act && `/${act}`}`;

  async function asking(run) {
    change({ problem: null, busy: true });
    try {
      await run();
    } catch (error) {
      change({ problem: error.message });
    }
    change({ busy: false });
  }

  const load = async () => change({ list: (await api("GET", path())).webhooks });

  return {
    loadHooks: () => asking(load),
    /** @param {string} url @param {() => void} done the field is empty again */
    addHook: (url, done) =>
      asking(async () => {
        const { card, secret } = await api("POST", path(), { url: url.trim() });
        change({ secret: { id: card.id, text: secret } });
        done();
        await load();
        announcer.say("The webhook is made; its secret is shown this once");
      }),
    copySecret: () =>
      asking(async () => {
        await copyText(ui.hooks.secret.text);
        announcer.say("Secret copied");
      }),
    forgetSecret: () => change({ secret: null }),
    tryHook: (id) =>
      asking(async () => {
        const { status, problem } = await api("POST", path(id, "test"));
        announcer.say(problem || `The answer was ${status}`);
        await load();
      }),
    turnHookOn: (id) =>
      asking(async () => {
        change({ list: (await api("POST", path(id, "on"))).webhooks });
      }),
    removeHook: (id) =>
      asking(async () => {
        await api("DELETE", path(id));
        if (ui.hooks.secret?.id === id) change({ secret: null });
        await load();
      }),
  };
}
