"""Images: what is beside the source comes along, what is not or must not is named."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest
from banks import PNG, every_type, item
from msgspec.structs import replace

from qticonv.assets import MAX_BYTES, load
from qticonv.diagnostics import Code, Effect
from qticonv.model import Asset, Feedback, ItemBank, Text, Upload

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><rect width="1" height="1"/></svg>'
SVG_NS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
HOSTILE_SVG = {
    "script": f"<svg {SVG_NS}><script>x()</script></svg>",
    "handler": f'<svg {SVG_NS} onload="x()"/>',
    "link out": f'<svg {SVG_NS}><image xlink:href="http://127.0.0.1/x.png"/></svg>',
    "script address": f'<svg {SVG_NS}><use href="javascript:x()"/></svg>',
    "style": f"<svg {SVG_NS}><style>a {{ background: u&#114;l(http://127.0.0.1/) }}</style></svg>",
    "import": f"<svg {SVG_NS}><style><![CDATA[@import 'x';]]></style></svg>",
    "entity": f'<!DOCTYPE svg [<!ENTITY x "y">]><svg {SVG_NS}>&x;</svg>',
    "page": f"<svg {SVG_NS}><foreignObject><p/></foreignObject></svg>",
    "stylesheet": f'<?xml-stylesheet href="x.css"?><svg {SVG_NS}/>',
    "open": f"<svg {SVG_NS}>",
}


def bank(*sources: str, assets: dict[str, Asset] | None = None) -> ItemBank:
    images = "".join(f'<img src="{source}" alt="alt {index}"/>' for index, source in enumerate(sources))
    return ItemBank(items=[item(Text(f"<p>see {images}</p>", is_html=True), Upload())], assets=assets or {})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    base = tmp_path / "quiz"
    (base / "img").mkdir(parents=True)
    (base / "img" / "a.png").write_bytes(PNG)
    (base / "größe 1.png").write_bytes(PNG + b"1")
    (base / "a.png").write_bytes(PNG + b"2")
    (base / "plain.svg").write_bytes(SVG)
    (base / "text.png").write_text("no image")
    (base / "big.png").write_bytes(PNG)
    os.truncate(base / "big.png", MAX_BYTES + 1)
    (tmp_path / "secret.png").write_bytes(PNG)
    (base / "link.png").symlink_to("../secret.png")
    (base / "inner.png").symlink_to("img/a.png")
    return base


def test_images_beside_the_source_become_assets(folder: Path) -> None:
    loaded, diagnostics = load(
        bank("img/a.png", "a.png", "gr%C3%B6%C3%9Fe%201.png", "größe 1.png", "plain.svg"), folder
    )
    assert diagnostics == ()
    content = loaded.items[0].stem.content
    assert content.count('src="asset:') == 5 and 'alt="alt 4"' in content
    assert [asset.data for asset in loaded.assets.values()] == [PNG, PNG + b"2", PNG + b"1", SVG]
    assert all(name.isascii() and f'"asset:{name}"' in content for name in loaded.assets)
    assert loaded.assets["plain.svg"].media_type == "image/svg+xml"
    assert load(loaded, None) == (loaded, ())


def test_an_inner_link_is_followed(folder: Path) -> None:
    loaded, diagnostics = load(bank("inner.png"), folder)
    assert diagnostics == () and [asset.data for asset in loaded.assets.values()] == [PNG]


REFUSED = {
    "../secret.png": Code.ASSET_REFUSED,
    "img/../../secret.png": Code.ASSET_REFUSED,
    "..\\secret.png": Code.ASSET_REFUSED,
    "%2e%2e/secret.png": Code.ASSET_REFUSED,
    "/etc/passwd": Code.ASSET_REFUSED,
    "link.png": Code.ASSET_REFUSED,
    "text.png": Code.ASSET_REFUSED,
    "big.png": Code.ASSET_REFUSED,
    "img": Code.ASSET_MISSING,
    "none.png": Code.ASSET_MISSING,
    "x" * 5000: Code.ASSET_MISSING,
    "data:image/png;base64,AAA": Code.ASSET_REFUSED,
    "data:image/png;base64,AAAA": Code.ASSET_REFUSED,
    "asset:none": Code.ASSET_MISSING,
}


@pytest.mark.parametrize("source", REFUSED, ids=lambda source: source[:30])
def test_what_is_not_taken_is_named_and_replaced_by_its_text(source: str, folder: Path) -> None:
    original = bank(source)
    loaded, diagnostics = load(original, folder)
    assert [(entry.code, entry.item, entry.effect) for entry in diagnostics] == [
        (REFUSED[source], original.items[0].identifier, Effect.LOST)
    ]
    assert loaded.items[0].stem.content == "<p>see [alt 0]</p>"
    assert loaded.assets == {}


@pytest.mark.parametrize("name", HOSTILE_SVG)
def test_hostile_svg_is_refused(name: str, folder: Path) -> None:
    (folder / "x.svg").write_text(HOSTILE_SVG[name])
    _, diagnostics = load(bank("x.svg"), folder)
    assert [entry.code for entry in diagnostics] == [Code.ASSET_REFUSED]


def test_remote_images_are_never_fetched(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("the network was used"))
    original = bank("https://example.org/x.png")
    loaded, diagnostics = load(original, folder)
    assert [entry.code for entry in diagnostics] == [Code.ASSET_REMOTE]
    assert loaded.items[0].stem == original.items[0].stem


def test_embedded_images_become_assets() -> None:
    uri = "data:image/png;base64," + base64.b64encode(PNG).decode()
    loaded, diagnostics = load(bank(uri, uri), None)
    assert diagnostics == () and [asset.data for asset in loaded.assets.values()] == [PNG]


def test_assets_of_the_bank_are_loaded_and_their_type_is_seen(folder: Path) -> None:
    assets = {
        "x": Asset(path="img/a.png", media_type="image/jpeg"),
        "unused": Asset(path="no.png", media_type="image/png"),
    }
    loaded, diagnostics = load(bank("asset:x", assets=assets), folder)
    assert diagnostics == ()
    assert loaded.assets["x"] == Asset(path="img/a.png", media_type="image/png", data=PNG)
    assert loaded.assets["unused"].data is None


def test_without_a_folder_paths_lead_nowhere() -> None:
    assert [entry.code for entry in load(bank("a.png"), None)[1]] == [Code.ASSET_MISSING]


def test_every_text_is_looked_at_and_banks_without_images_stay_as_they_are(folder: Path) -> None:
    original = bank()
    feedback = Feedback(incorrect=Text('<img src="a.png" alt=""/>', is_html=True))
    loaded, _ = load(replace(original, items=[replace(original.items[0], feedback=feedback)]), folder)
    assert loaded.items[0].feedback.incorrect == Text('<img src="asset:a.png" alt=""/>', is_html=True)
    assert load(original, folder)[0] is original
    assert load(every_type(), None) == (every_type(), ())
