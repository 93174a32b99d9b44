/**
 * Who opens a page that guests may open too: whoever is signed in on this device, or a name is asked
 * for first; and the way back for those whose sign-in is over.
 */
import { forgetGuest, signInAsGuest, storedIdentity } from "./identity.js";
import { signInPage } from "./own_path.js";

/**
 * @param {{announcer: {alert: (text: string) => void}, ask: (state: {busy: boolean, problem: string |
 *   null}, acts: any) => void, open: (who: any) => void}} page `ask` draws the question for a name
 * @returns {{acts: {reload: () => void, signInAgain: () => void, signIn: (name: string) =>
 *   Promise<void>}, begin: () => void}}
 */
export function wayIn({ announcer, ask, open }) {
  const who = storedIdentity();
  const acts = {
    reload: () => location.reload(),
    signInAgain: () => {
      forgetGuest();
      if (who?.kind === "account") location.href = signInPage(location.pathname + location.hash);
      else location.reload();
    },
    signIn: async (name) => {
      ask({ busy: true, problem: null }, acts);
      try {
        await signInAsGuest(name);
        open(storedIdentity());
      } catch (error) {
        ask({ busy: false, problem: error.message }, acts);
        announcer.alert(error.message);
      }
    },
  };
  const begin = () => {
    if (who) open(who);
    else ask({ busy: false, problem: null }, acts);
  };
  return { acts, begin };
}
