/** Addresses within our own pages: where to go on after signing in, and nothing else. */

const OWN = /^\/[\w-]*(?:\.html)?(?:#[\w=&.-]*)?$/;

/** Where `next` of an address leads, or the start page: never to another site. */
export function nextPath(wanted) {
  return typeof wanted === "string" && OWN.test(wanted) ? wanted : "/";
}

/** The page to sign in on, that comes back to `path`. */
export function signInPage(path) {
  return `/sign-in.html#next=${encodeURIComponent(nextPath(path))}`;
}

/** The page to make an account on, that goes on to `path` from the message's link. */
export function signUpPage(path) {
  return `/sign-up.html#next=${encodeURIComponent(nextPath(path))}`;
}
