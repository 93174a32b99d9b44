/** Questions to begin with: those of the documents that can be asked of what is here. Pure. */
import { h } from "../parts/view.js";
import { questionOf } from "./question.js";

/**
 * The ten questions of the documents (SPEC, Questions about plays), as addresses.
 * @param {{seasons?: number[], offences?: string[], players?: string[]}} options what there is
 * @returns {{name: string, address: string}[]}
 */
export function exampleQuestions({ seasons = [], offences = [], players = [] }) {
  const [season, team, other, player] = [seasons[0], offences[0], offences[1], players[0]];
  const known = (value, questions) => (value === undefined ? [] : questions);
  return [
    { name: "Third and long, by formation", address: "downs=3&distances=long&by=formation&order=success&show=groups" },
    ...known(team, [{ name: `${team} in the red zone`, address: `offences=${team}&zones=red&by=kind&show=groups` }]),
    { name: "Fourth and short, by offence", address: "downs=4&distances=short&kinds=run,pass&by=offence&order=success&minimum=5&limit=40&show=groups" },
    ...known(player, [{ name: "A player's catches of 20 yards and more", address: `players=${encodeURIComponent(player ?? "")}&roles=receiver&yards=20..` }]),
    ...known(season, [
      { name: "Last two minutes, one score apart", address: `seasons=${season}&two_minute=1&states=one_score&by=offence&order=epa&show=groups` },
      { name: "The longest runs", address: `seasons=${season}&kinds=run&sort=yards` },
      { name: "Receivers", address: `seasons=${season}&kinds=pass&roles=receiver&by=player&order=yards&minimum=20&show=groups` },
      { name: "Far behind in the fourth quarter", address: `seasons=${season}&quarters=4&kinds=run,pass&score=..-9&by=week,kind&order=keys&show=groups` },
    ]),
    ...known(season === undefined ? undefined : team, [
      { name: `${team} out of the shotgun on first down`, address: `seasons=${season}&offences=${team}&formations=SHOTGUN&downs=1&by=week&order=keys&show=groups` },
    ]),
    ...known(other, [
      { name: `Turnovers between ${team} and ${other}`, address: `offences=${team},${other}&defences=${team},${other}&results=interception,fumble_lost` },
    ]),
  ];
}

export function examplesView({ options }, act) {
  return h(
    "section",
    { class: "examples", key: "examples", "aria-label": "Questions to begin with" },
    h("h2", {}, "To begin with"),
    h(
      "ul",
      { class: "chips", "data-testid": "examples", "data-scrolls": true },
      exampleQuestions(options).map(({ name, address }) =>
        h("li", { key: name }, h("a", { class: "button tiny", href: `#${address}`, onclick: (event) => follow(event, address, act) }, name)),
      ),
    ),
  );
}

/** A plain press asks here; a new tab is the browser's. */
function follow(event, address, act) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  act.whole(questionOf(address));
}
