"""How measurements are taken and told."""

import json

from bench.measure import Row, ratio, report, turn_about


def test_variants_take_turns_and_the_median_round_counts():
    asked: list[str] = []
    costs = {"ours": iter([0, 5, 1, 2]), "peer": iter([0, 8, 4, 6])}
    now = [0.0]

    def call(name: str):
        def run() -> None:
            asked.append(name)
            now[0] += next(costs[name])

        return run

    took = turn_about({"ours": (1, call("ours")), "peer": (1, call("peer"))}, rounds=3, clock=lambda: now[0])
    assert asked == ["ours", "peer"] * 4
    assert took == {"ours": 2000.0, "peer": 6000.0}


def test_the_file_says_each_row_and_whether_its_bar_holds(tmp_path, capsys):
    rows = [
        ratio("a.cpu_vs_peer", 0.125, 0.5, peer=5.0, how="warm"),
        ratio("a.cpu_vs_bare", 3, 0.5, floor=0.1, how="warm"),
        Row("a.long", None, 1.5, skipped="needs PostgreSQL"),
    ]
    assert report(rows, tmp_path / "deep" / "bench.json") is False
    told = json.loads((tmp_path / "deep" / "bench.json").read_text())
    assert [(row["id"], row.get("value"), row["bar"], row.get("ok")) for row in told["rows"]] == [
        ("a.cpu_vs_peer", 0.1, 0.125, True),
        ("a.cpu_vs_bare", 5.0, 3, False),
        ("a.long", None, 1.5, None),
    ]
    assert told["rows"][2]["skipped"] == "needs PostgreSQL"
    assert "FAILS a.cpu_vs_bare" in capsys.readouterr().out
    assert report(rows[:1] + rows[2:], tmp_path / "bench.json") is True
