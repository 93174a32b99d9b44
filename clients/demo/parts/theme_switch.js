/**
 * Dark or light: what the system says, until the person says otherwise; remembered on this device.
 */
import { icon } from "./icons.js";
import { h, Part } from "./view.js";

const KEY = "touchline.theme";

export function currentTheme() {
  return (
    document.documentElement.dataset.theme ??
    (matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark")
  );
}

/** Sets what was remembered; called before the first picture. */
export function applyRememberedTheme() {
  const theme = localStorage.getItem(KEY);
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
}

export class ThemeSwitch extends Part {
  constructor() {
    super();
    this.model = {};
  }

  view() {
    const other = currentTheme() === "dark" ? "light" : "dark";
    return h(
      "button",
      {
        class: "button plain square",
        type: "button",
        "aria-label": `Use the ${other} theme`,
        title: `Use the ${other} theme`,
        onclick: () => this.#choose(other),
      },
      icon(other === "dark" ? "moon" : "sun"),
    );
  }

  #choose(theme) {
    localStorage.setItem(KEY, theme);
    document.documentElement.dataset.theme = theme;
    this.model = {};
  }
}

customElements.define("theme-switch", ThemeSwitch);
