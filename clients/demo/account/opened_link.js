/**
 * What the fragment of a link brought. Its secret is taken out of the address at once, where people
 * copy from, and stays with this entry of the browser's history until it is used: loading the page
 * again loses nothing.
 *
 * @param {{hash: string, pathname: string}} location
 * @param {{state: any, replaceState: (state: any, title: string, path: string) => void}} history
 * @returns {{given: URLSearchParams, used: () => void}} `used`: the secret is worth nothing any more
 */
export function openedLink(location, history) {
  const fragment = location.hash.slice(1);
  const kept = history.state?.link;
  const given = new URLSearchParams(fragment || (typeof kept === "string" ? kept : ""));
  const secret = given.get("token") || given.get("invitation");
  if (fragment && secret) history.replaceState({ link: fragment }, "", location.pathname);
  return { given, used: () => history.replaceState(null, "", location.pathname) };
}
