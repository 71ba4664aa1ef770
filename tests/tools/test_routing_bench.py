"""Scenarios that people bring to `bin/bench routing`: run as they are, or refused in words."""

import json
import subprocess
import sys

import pytest

from bench.routing.policies import Policy, policy
from bench.routing.scenario import OWN, own, read
from ninelives.config.environment import PROJECT
from ninelives.routing.engine.model import UnfitError

SMALL = {
    "name": "small",
    "classes": ["A", "B"],
    "arrivals_per_s": [0.05, 0.05],
    "patience_s": [120, 240],
    "value": [3, 1],
    "target_s": [20, 60],
    "agents": [10, 12],
    "service_rate_per_s": [[0.004, 0.003], [None, 0.004]],
}


def written(tmp_path, told):
    path = tmp_path / "scenario.json"
    path.write_text(json.dumps(told))
    return path


def test_a_scenario_of_ones_own_is_run(tmp_path):
    command = [sys.executable, "-m", "bench", "routing", "--scenario", str(written(tmp_path, SMALL)), "--policy", "PIX"]
    told = subprocess.run(
        [*command, "--hours", "2", "--seeds", "2", "--json"], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    figures = json.loads(told.stdout.splitlines()[-1])
    assert (figures["scenario"], figures["rule"], figures["seeds"]) == ("small", "pix", 2)
    assert 0 < figures["abandonment"] < 1
    assert set(figures["service_levels"]) == {"A", "B"}
    assert figures["beside_fcfs"]["ratio"] > 0


def test_the_scenarios_that_come_along_can_be_read():
    assert [one.name for one in read(OWN)] == ["S1", "S1b", "S2", "S3"]
    assert sum(own("S3").agents) == 300
    assert own("S3").promises
    assert not own("S2").promises


def test_a_chain_lets_each_pool_take_what_follows_too():
    model = own("S1").model(skills=2)
    assert [list(profile.skills) for profile in model.profiles][-1] == ["class 6", "class 1"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pix", Policy("pix")),
        ("FCFS + longest idle", Policy("fcfs")),
        ("chain-2", Policy("pix", 2)),
        ("3-skill chain fcfs", Policy("fcfs", 3)),
        ("silos", Policy("pix", 1)),
        ("pooled", Policy("pix", 6)),
    ],
)
def test_policies_by_their_names(name, expected):
    assert policy(name, own("S1")) == expected


@pytest.mark.parametrize("name", ["chess", "chain-2"])
def test_a_policy_that_there_is_not_is_told(name):
    with pytest.raises(UnfitError, match=name):
        policy(name, own("S3"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"arrivals_per_s": [0.05]}, "small: classes must be 1 names"),
        ({"arrivals_per_s": [0.05, -1]}, r"arrivals_per_s\[1\] must be 0 or more, not -1"),
        ({"patience_s": [120, 0]}, r"patience_s\[1\] must be above 0, not 0"),
        ({"value": [1, "much"]}, r"value\[1\] must be a number, not 'much'"),
        ({"value": [1, True]}, r"value\[1\] must be a number, not True"),
        ({"agents": [10, 1.5]}, "agents must be whole numbers"),
        ({"agents": [0, 0]}, "agents must be whole numbers, and from 1"),
        ({"service_rate_per_s": [[0.004, 0.003]]}, "must have 2 rows, one a class, not 1"),
        ({"service_rate_per_s": [[0.004], [0.004]]}, "must be a list of 2, one a profile"),
        ({"service_rate_per_s": 0.004}, "must be a matrix"),
        ({"classes": ["A", "A"]}, "2 names, all different"),
        ({"profiles": [["A"]]}, "profiles must be a list of 2"),
        ({"target_s": [20]}, "target_s must be a list of 2 numbers"),
    ],
)
def test_what_is_wrong_with_a_scenario_is_told(tmp_path, change, message):
    with pytest.raises(UnfitError, match=message):
        read(written(tmp_path, SMALL | change))


@pytest.mark.parametrize("missing", ["arrivals_per_s", "patience_s", "agents", "service_rate_per_s"])
def test_what_is_missing_in_a_scenario_is_told(tmp_path, missing):
    with pytest.raises(UnfitError, match=missing):
        read(written(tmp_path, {key: value for key, value in SMALL.items() if key != missing}))


@pytest.mark.parametrize(("text", "message"), [("{", "scenario.json"), ("[]", "no scenario"), ("[3]", "is an object")])
def test_what_is_no_scenario_is_told(tmp_path, text, message):
    path = tmp_path / "scenario.json"
    path.write_text(text)
    with pytest.raises(UnfitError, match=message):
        read(path)
