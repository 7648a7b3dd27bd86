from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from measure.errors import UserError
from measure.run.settings import OVERRIDES, Settings

if TYPE_CHECKING:
    from pathlib import Path


def test_quick_is_marked_and_shorter() -> None:
    """A quick run is told apart from one by the protocol."""
    quick = Settings.make_quick()

    assert quick.quick
    assert quick.load_s < Settings().load_s
    assert not Settings().quick


def test_overrides_are_marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file changes settings, and the settings say so."""
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"load_s": 1.5, "rate_fractions": [0.5, 1]}))
    monkeypatch.setenv(OVERRIDES, str(path))

    changed = Settings().overridden()

    assert (changed.load_s, changed.rate_fractions, changed.custom) == (1.5, (0.5, 1), True)
    assert Settings.from_dict(json.loads(json.dumps(changed.as_dict()))) == changed
    monkeypatch.delenv(OVERRIDES)
    assert Settings().overridden() == Settings()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "settings"),
        ("[]", "a JSON object is needed"),
        ('{"laod_s": 1}', "'laod_s' is no setting"),
        ('{"load_s": "long"}', "load_s must be a number"),
        ('{"endurance_s": 0}', "endurance_s must be from 0.001"),
        ('{"block_s": 0}', "block_s must be from 0.001"),
        ('{"target_half_width": 0}', "target_half_width must be from 0.001"),
        ('{"min_pairs": 1}', "min_pairs must be a whole number from 2"),
        ('{"load_s": 200000}', "load_s must be from 0.001 to 86400"),
    ],
)
def test_bad_files_are_named(tmp_path: Path, text: str, said: str) -> None:
    """What cannot be used is said with the file."""
    path = tmp_path / "settings.json"
    path.write_text(text)

    with pytest.raises(UserError, match=said) as caught:
        Settings().overridden(str(path))

    assert str(path) in str(caught.value)
