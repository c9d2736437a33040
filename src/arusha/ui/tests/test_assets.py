"""Are the assets ours, whole, mirrored, readable, and built only when something changed?"""

import hashlib
import json
import re

import pytest

from arusha.ui import assets
from arusha.ui.drawing import tokens

BUILT = assets.read_manifest()
NO_REMAINS = ("crown", "GDS Transport", "govuk")


@pytest.fixture
def css():
    return _text("arusha.css")


def _text(name):
    assert BUILT, "the page assets are not built: run python -m arusha.ui.assets"
    return (assets.STATIC / BUILT["files"][name]).read_text(encoding="utf-8")


def test_a_second_build_does_nothing_and_says_so():
    said = []
    assert assets.build(say=said.append) is False
    assert said == ["page assets: up to date"]


def test_a_changed_input_is_noticed(tmp_path):
    (tmp_path / "one.scss").write_text("a")
    before = assets.inputs_hash(tmp_path)
    (tmp_path / "one.scss").write_text("b")
    assert assets.inputs_hash(tmp_path) != before


def test_a_moved_input_is_noticed(tmp_path):
    (tmp_path / "one.scss").write_text("a")
    before = assets.inputs_hash(tmp_path)
    (tmp_path / "one.scss").rename(tmp_path / "two.scss")
    assert assets.inputs_hash(tmp_path) != before


def test_compiled_python_is_no_input(tmp_path):
    before = assets.inputs_hash(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "build.pyc").write_text("x")
    assert assets.inputs_hash(tmp_path) == before


def test_a_missing_file_makes_the_build_incomplete(tmp_path):
    (tmp_path / "manifest.json").write_text(json.dumps({"inputs": "x", "files": {"a.css": "a.1.css"}}))
    assert assets.read_manifest(tmp_path) is None
    (tmp_path / "a.1.css").write_text("")
    assert assets.read_manifest(tmp_path)


def test_names_hold_the_hash_of_their_content():
    hashed = [name for name in BUILT["files"].values() if re.search(r"\.[0-9a-f]{12}\.", name)]
    assert len(hashed) >= 10
    for name in hashed:
        digest = hashlib.sha256((assets.STATIC / name).read_bytes()).hexdigest()[:12]
        assert f".{digest}." in name


def test_an_unknown_asset_is_named_with_the_known_ones():
    with pytest.raises(assets.AssetsError, match=r"no page asset is called 'arusha\.cs'.*arusha\.css"):
        assets.address("arusha.cs")


@pytest.mark.parametrize("name", ["arusha.css", "arusha.rtl.css", "arusha.js"])
@pytest.mark.parametrize("word", NO_REMAINS)
def test_nothing_of_another_government_ships(name, word):
    assert word.lower() not in _text(name).lower()


def test_nothing_is_fetched_from_elsewhere(css):
    assert not re.findall(r"url\((?!fonts/|\"?data:)[^)]*\)", css)
    for address in re.findall(r"url\((fonts/[^)]+)\)", css):
        assert (assets.STATIC / address).is_file()


def test_the_fonts_come_with_their_licence():
    assert "SIL OPEN FONT LICENSE" in _text("fonts/OFL.txt").upper()


def test_the_right_to_left_sheet_is_the_mirror(css):
    rtl = _text("arusha.rtl.css")
    left, right = (len(re.findall(r"padding-left:|margin-left:", text)) for text in (css, rtl))
    mirrored_right = len(re.findall(r"padding-right:|margin-right:", rtl))
    assert css != rtl
    assert left == mirrored_right != right
    assert ".ar-form-group--error{padding-left:" in css
    assert ".ar-form-group--error{padding-right:" in rtl


@pytest.mark.parametrize("sheet", sorted((assets.HERE / "scss").glob("*.scss")), ids=lambda path: path.stem)
def test_our_own_layer_knows_no_left_or_right(sheet):
    text = re.sub(r"//.*", "", sheet.read_text(encoding="utf-8"))
    physical = r"(?:margin|padding|border)-(?:left|right|top|bottom)\b|(?:^|[\s;{])(?:left|right|top|bottom)\s*:"
    aligned = r"(?:text-align|float|clear)\s*:\s*(?:left|right)"
    sized = r"(?:^|[\s;{])(?:min-|max-)?(?:width|height)\s*:"
    assert not re.findall(f"{physical}|{aligned}|{sized}", text, flags=re.MULTILINE)


def test_the_lock_names_no_host():
    lock = (assets.HERE / "package-lock.json").read_text(encoding="utf-8")
    assert "resolved" not in lock
    assert "://" not in lock
    assert json.loads(lock)["packages"]["node_modules/govuk-frontend"]["integrity"]


def _luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one, other):
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


TEXT_ON = {
    "page": ["ink", "ink-soft", "link", "link-hover", "accent", "good", "caution", "bad", "info", "brand"],
    "surface": ["ink", "ink-soft", "link", "link-hover", "accent"],
    "surface-strong": ["ink", "ink-soft", "link", "brand"],
    "brand": ["on-brand"],
    "brand-dark": ["on-brand", "on-brand-soft", "accent-bright"],
    "brand-soft": ["brand", "ink"],
    "good-soft": ["good", "ink"],
    "caution-soft": ["caution", "ink"],
    "bad-soft": ["bad", "ink"],
    "info-soft": ["info", "ink"],
    "accent-soft": ["ink", "ink-soft"],
    "good": ["page"],
    "bad": ["page"],
    "focus": ["ink"],
}


@pytest.mark.parametrize(("ground", "text"), [(ground, text) for ground, texts in TEXT_ON.items() for text in texts])
def test_text_stands_out_from_its_ground(ground, text):
    assert _contrast(tokens()[ground], tokens()[text]) >= 4.5


@pytest.mark.parametrize("mark", ["series-1", "series-2", "series-3", "series-4", "series-5", "line-strong"])
def test_marks_and_borders_stand_out_from_the_page(mark):
    assert _contrast(tokens()["page"], tokens()[mark]) >= 3


def test_the_style_sheet_has_the_very_tokens(css):
    for name, colour in tokens().items():
        assert f"--ar-{name}: {colour}" in css
