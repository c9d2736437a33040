"""Is a chart named, harmless, the same each time, and turned with the reading direction?"""

import json
import re
import xml.etree.ElementTree as ET
from datetime import date, datetime, timedelta

import pytest

from arusha.ui import charts
from arusha.ui.drawing import _harmless
from arusha.ui.gallery_figures import _bars, _heat, _lanes, _network, _null, _wait
from arusha.ui.placing import places

KINDS = {"bars": _bars, "heatmap": _heat, "timeline": _lanes, "network": _network, "histogram": _null, "line": _wait}


@pytest.fixture(params=KINDS)
def kind(request):
    return KINDS[request.param]


def test_the_drawing_says_what_it_is(kind):
    root = ET.fromstring(charts.svg(kind(400, "ltr"), label='Waits & "counts" <x>', description="Falling"))
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == 'Waits & "counts" <x>'
    described = root.attrib["aria-describedby"]
    assert [part.text for part in root.iter() if part.attrib.get("id") == described] == ["Falling"]


def test_the_drawing_can_run_nothing_and_fetches_nothing(kind):
    drawn = charts.svg(kind(400, "ltr"), label="x")
    assert not re.search(r"<script|<style|<image|<a\b|\son\w+=|\sstyle=|href=\"(?!#)", drawn)
    assert not re.search(r"https?://(?!www\.w3\.org)", drawn)


def test_only_the_whole_has_a_role(kind):
    assert charts.svg(kind(400, "ltr"), label="x").count("role=") == 1


def test_twice_the_same_is_the_same_drawing(kind):
    assert charts.svg(kind(400, "ltr"), label="x") == charts.svg(kind(400, "ltr"), label="x")


def test_named_apart_two_drawings_share_no_id(kind):
    ids = [re.findall(r'\bid="([^"]+)"', charts.svg(kind(400, "ltr"), label="x", name=name)) for name in "ab"]
    assert not set(ids[0]) & set(ids[1])
    for own in ids:
        assert len(own) == len(set(own))


@pytest.mark.parametrize("width", [330, 790])
def test_the_drawing_keeps_to_its_width(kind, width):
    root = ET.fromstring(charts.svg(kind(width, "ltr"), label="x"))
    assert float(root.attrib["width"]) == pytest.approx(width, abs=2)


def test_a_spec_is_plain_data(kind):
    assert json.loads(json.dumps(kind(400, "rtl"))) == kind(400, "rtl")


@pytest.mark.parametrize("name", ["line", "bars", "timeline", "heatmap"])
def test_right_to_left_turns_the_scale_of_names_and_amounts(name):
    ltr, rtl = (json.dumps(KINDS[name](400, side)) for side in ("ltr", "rtl"))
    assert '"orient": "left"' in ltr and '"orient": "right"' not in ltr
    assert '"orient": "right"' in rtl and '"orient": "left"' not in rtl


def test_time_runs_with_the_reading_direction():
    def first_and_last(side):
        spec = charts.line([(date(2027, 1, 1), 1), (date(2027, 6, 1), 2)], direction=side)
        dots = re.search(r'class="mark-symbol.*?</g>', charts.svg(spec, label="x"), re.DOTALL)[0]
        return [float(place) for place in re.findall(r"translate\(([\d.]+),", dots)]

    assert first_and_last("ltr") == sorted(first_and_last("ltr"))
    assert first_and_last("rtl") == sorted(first_and_last("rtl"), reverse=True)


def test_no_zone_of_the_machine_moves_a_day(monkeypatch):
    spec = charts.line([(date(2027, 1, 1), 1)])
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    assert charts.line([(date(2027, 1, 1), 1)]) == spec
    assert spec["layer"][0]["data"]["values"][0]["x"] == 1798761600000


def test_observed_and_expected_stand_on_the_picture():
    drawn = charts.svg(_null(500, "ltr"), label="x")
    assert "Observed: 41" in drawn
    assert "Expected: 3.3" in drawn


def test_every_draw_is_counted_once():
    draws = [0, 0, 1, 3, 3, 3, 9]
    spec = charts.histogram_with_mark(
        draws, observed=12, expected=2, observed_label="o", expected_label="e", x_title="n"
    )
    rows = spec["layer"][0]["data"]["values"]
    assert sum(row["count"] for row in rows) == len(draws)
    assert {(row["from"], row["to"]): row["count"] for row in rows}[(2.5, 3.5)] == 3


def test_uneven_draws_are_counted_too():
    draws = [number / 7 for number in range(400)]
    spec = charts.histogram_with_mark(
        draws, observed=60, expected=28, observed_label="o", expected_label="e", x_title="n"
    )
    assert sum(row["count"] for row in spec["layer"][0]["data"]["values"]) == 400


@pytest.mark.parametrize(
    "spec",
    [
        charts.line([]),
        charts.bars([]),
        charts.histogram_with_mark([], observed=3, expected=1, observed_label="o", expected_label="e", x_title="n"),
        charts.histogram_with_mark(
            [2.5], observed=2.5, expected=2.5, observed_label="o", expected_label="e", x_title="n"
        ),
        charts.timeline([], ticks=[]),
        charts.network([], []),
        charts.network([("a", "A", "kind")], []),
        charts.heatmap([], columns=[], rows=[], value_title="v"),
    ],
)
def test_little_or_nothing_to_show_is_still_a_drawing(spec):
    assert charts.svg(spec, label="x").startswith("<svg")


def test_months_are_named_in_the_language_asked():
    spec = charts.line([(date(2027, month, 1), month) for month in range(1, 7)], width=790)
    assert "février" in charts.svg(spec, label="x", language="fr")
    assert "فبراير" in charts.svg(spec, label="x", language="ar")


def test_directions_differ_in_shape_and_not_in_colour_alone():
    at = datetime(2027, 1, 1)  # noqa: DTZ001
    spec = charts.timeline(["a"], ticks=[("a", at, "in"), ("a", at + timedelta(days=3), "out")])
    encoding = spec["layer"][-1]["encoding"]
    for channel in ("color", "shape"):
        assert len(set(encoding[channel]["scale"]["range"])) == 2


def test_the_network_is_placed_within_its_frame_and_friends_near():
    nodes = [str(number) for number in range(12)]
    edges = [("0", "1", 40.0), ("0", "2", 40.0), ("1", "2", 40.0), ("3", "4", 1.0)]
    at = places(nodes, edges)
    assert at == places(nodes, edges)
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in at.values())
    assert len(set(at.values())) == len(nodes)

    def apart(a, b):
        return ((at[a][0] - at[b][0]) ** 2 + (at[a][1] - at[b][1]) ** 2) ** 0.5

    strangers = [apart("0", other) for other in nodes[5:]]
    assert apart("0", "1") < min(strangers)


def test_whatever_could_run_is_taken_out():
    dirty = (
        '<svg><script>x()</script><style>*{}</style><a xlink:href="javascript:x()"><rect onclick="x()" style="a" '
        'id="r" fill="url(#r)" aria-label="y"/></a><foreignObject><p/></foreignObject></svg>'
    )
    assert _harmless(dirty, "k") == '<svg><rect id="ck-r" fill="url(#ck-r)"/></svg>'
