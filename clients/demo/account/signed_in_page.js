/** What pages of whoever is signed in share: who that is, and what happens when they no longer are. */
import "../parts/theme_switch.js";
import { whenOthersSign } from "../parts/identity.js";
import { registerShell } from "../parts/offline_shell.js";
import { signInPage } from "../parts/own_path.js";
import { session } from "../parts/session.js";

const here = () => location.pathname + location.hash;

/** The session is over: to the sign-in page, which comes back here. */
export function leave() {
  session.forget();
  location.replace(signInPage(here()));
}

/**
 * An act of the page, as `attempt`, with words that tell it is done. A refusal that says that nobody
 * is signed in any more leads away.
 */
export function actsOf({ attempt, change, announcer }) {
  return (where, work, said = null) =>
    attempt(where, async () => {
      try {
        await work();
      } catch (error) {
        if (error.status === 401 && error.code === "unauthorized") leave();
        throw error;
      }
      if (said) {
        change({ said: { where, text: said } });
        announcer.say(said);
      }
    });
}

/** Hands the person a file. */
export function download(name, text, type = "text/plain") {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
}

/**
 * Begins: `load` once somebody is signed in, again when the connection is back and nothing is there
 * yet, and everything anew when another tab signed somebody else in.
 */
export async function begin(runner, load) {
  registerShell();
  whenOthersSign(() => location.reload());
  addEventListener("online", () => {
    if (runner.state.problem?.where === "load") load();
  });
  if (session.stored() || session.leaving) return session.stored() ? load() : leave();
  // Somebody may have come by a cookie alone, with the device's memory cleared.
  try {
    if ((await session.token()) === "") leave();
    else load();
  } catch (error) {
    runner.tell("load", error);
  }
}
