"""League rules as data: documents, presets, single settings, and what is refused."""

import json
from typing import Any

import pytest

from server.rules.scoring.ruleset import (
    PRESETS,
    BadRules,
    Rate,
    Step,
    preset,
    read_rules,
    with_setting,
)
from tests.architecture.tree import SPEC


def test_SC11_the_presets_of_the_oracle_differ_by_receptions_alone() -> None:
    rates = {name: preset(name).rates for name in ("standard", "half_ppr", "ppr")}
    assert [rates[name]["rec"].millionths for name in rates] == [0, 500_000, 1_000_000]
    for name in rates:
        assert rates[name]["pass_int"] == Rate(-2_000_000)
        assert {**rates[name], "rec": 0} == {**rates["standard"], "rec": 0}
        assert preset(name).points_allowed == "all"


def test_SC11_every_preset_can_be_read_and_sites_differ_where_they_say() -> None:
    assert {name: preset(name).name for name in PRESETS} == {name: name for name in PRESETS}
    assert preset("sleeper").rates["ff"] == Rate(1_000_000)
    assert preset("yahoo").rates["pass_int"] == Rate(-1_000_000)
    assert preset("nfl").rates["fgm_40_49"] == Rate(3_000_000)
    assert preset("espn").tiers["pts_allow"][0] == Step(0, 5_000_000)


def test_SC10_a_document_changes_a_preset() -> None:
    rules = read_rules(
        "ours",
        {
            "preset": "ppr",
            "points": {"pass_td": 6, "pass_yd": {"every": 25, "points": 1}},
            "tiers": {"rush_yd": [[100, 5], [200, 10]]},
            "points_allowed": "exclude_def_td_and_safety",
        },
    )
    assert rules.rates["pass_td"] == Rate(6_000_000)
    assert rules.rates["pass_yd"] == Rate(1_000_000, 25)
    assert rules.rates["rec"] == Rate(1_000_000)
    assert rules.tiers["rush_yd"] == (Step(100, 5_000_000), Step(200, 10_000_000))
    assert rules.points_allowed == "exclude_def_td_and_safety"


def test_SC10_a_league_as_sleeper_gives_it_and_a_plain_object_are_rules() -> None:
    settings = {"pass_yd": 0.03999999910593033, "rec": 0.5, "unheard_of": 0.0}
    rules = read_rules("league", {"scoring_settings": settings, "name": "x", "league_id": "1"})
    assert rules.rates == {"pass_yd": Rate(40_000), "rec": Rate(500_000)}
    assert read_rules("league", settings).rates == rules.rates


def test_SC10_one_value_is_set() -> None:
    rules = with_setting(preset("ppr"), "rush_2pt", "0")
    assert rules.rates["rush_2pt"] == Rate(0)
    assert with_setting(rules, "points_allowed", "all") == rules
    assert preset("ppr").rates["rush_2pt"] == Rate(2_000_000)


def test_SC14_spoilt_documents_are_rules_or_named_errors() -> None:
    """Each member of a good one replaced by each spoilt value."""
    good = {
        "preset": "ppr",
        "points": {"pass_td": 6, "rec": {"every": 2, "points": 1}},
        "tiers": {"rush_yd": [[100, 5], [200, 10]]},
        "points_allowed": "all",
    }
    spoilt: list[Any] = [
        None,
        "",
        "x",
        -1,
        10**30,
        1.5,
        float("nan"),
        [],
        [[1]],
        {},
        {"a": 1},
        True,
    ]
    refused = 0
    for member in [*good, "unheard_of"]:
        for value in spoilt:
            said = refusal({**good, member: value})
            assert said != ""
            refused += said is not None
    assert refused > 40


def refusal(document: object) -> str | None:
    """Why a document is no rules; None: it is."""
    try:
        read_rules("x", document)
    except BadRules as error:
        return str(error)
    return None


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([], "rules: an object"),
        ({"preset": "mine"}, "preset: one of standard"),
        ({"points": {"touchdowns": 6}}, "'touchdowns': no league"),
        ({"touchdowns": 6}, "'touchdowns': no league"),
        ({"points": {"rec": "one"}}, "rec: a number"),
        ({"points": {"rec": True}}, "rec: a number"),
        ({"points": {"rec": float("nan")}}, "rec: a number"),
        ({"points": {"rec": 1_001}}, "rec: -1,000 to 1,000"),
        ({"points": {"rec": {"every": 0, "points": 1}}}, "rec: {"),
        ({"points": {"rec": {"every": 25}}}, "rec: {"),
        ({"points": [1]}, "points: an object"),
        ({"tiers": {"rush_yd": []}}, "rush_yd: 1 to 20 steps"),
        ({"tiers": {"rush_yd": [[100]]}}, "rush_yd: a step"),
        ({"tiers": {"rush_yd": [[200, 1], [100, 2]]}}, "rush_yd: steps rise"),
        ({"tiers": {"nothing": [[1, 1]]}}, "'nothing': no league"),
        ({"points_allowed": "some"}, "points_allowed: one of"),
        ({"preset": "ppr", "bonus": 1}, "bonus: there is no such part"),
        ({"scoring_settings": 1}, "points: an object"),
    ],
)
def test_SC14_what_cannot_be_is_refused_with_its_key(document: Any, said: str) -> None:
    with pytest.raises(BadRules, match="^" + said.replace("{", r"\{")):
        read_rules("bad", document)


def test_SC14_a_setting_that_cannot_be_is_refused_with_its_key() -> None:
    for key, value in (("rec", "x"), ("recs", "1"), ("points_allowed", "x"), ("rec", "inf")):
        with pytest.raises(BadRules, match=key):
            with_setting(preset("ppr"), key, value)


def test_SC10_presets_can_be_written_as_documents() -> None:
    for name, document in PRESETS.items():
        assert read_rules(name, json.loads(json.dumps(document))) == preset(name)


def published() -> list[str]:
    """The table of presets as SPEC.md has it."""
    rules = [preset(name) for name in PRESETS]
    keys = dict.fromkeys(key for one in rules for key in one.rates)
    rows = [["key", *PRESETS], ["---"] * (len(PRESETS) + 1)]
    for key in keys:
        rates = [one.rates.get(key, Rate(0)).millionths / 1_000_000 for one in rules]
        rows.append([f"`{key}`", *(f"{rate:g}" for rate in rates)])
    for key in ("pts_allow", "yds_allow"):
        tiers = [one.tiers.get(key, ()) for one in rules]
        told = [
            ", ".join(f"{s.least}: {s.millionths // 1_000_000}" for s in t) or "none" for t in tiers
        ]
        rows.append([f"tiers of `{key}`", *told])
    rows.append(["`points_allowed`", *(f"`{one.points_allowed}`" for one in rules)])
    return [f"| {' | '.join(row)} |" for row in rows]


def test_SC11_the_published_table_is_the_presets() -> None:
    text = SPEC.read_text(encoding="utf-8")
    assert "\n".join(published()) in text
