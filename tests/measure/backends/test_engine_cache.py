from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from measure.backends.base import Build
from measure.backends.engine_cache import ENGINE, EngineCache
from measure.journal.files import sha256_of


def kept(folder: Path) -> tuple[EngineCache, Build]:
    """Return a cache with one engine in it."""
    cache = EngineCache(folder, {"tensorrt": "10.3"})
    key = cache.key("ab", ["--fp16"])
    engine = cache.place(key) / ENGINE
    engine.write_bytes(b"engine")
    build = Build("dla", key, "built", engine, ("trtexec",), engine_sha256=sha256_of(engine))
    cache.keep(build)
    return cache, build


def test_key_is_content() -> None:
    """Model, words and software make the key."""
    cache = EngineCache(Path(), {"tensorrt": "10.3"})
    keys = {
        cache.key("ab", ["--fp16"]),
        cache.key("ac", ["--fp16"]),
        cache.key("ab", ["--int8"]),
        EngineCache(Path(), {"tensorrt": "8.5"}).key("ab", ["--fp16"]),
    }

    assert len(keys) == 4
    assert cache.key("ab", ["--fp16"]) in keys


def test_found_again(tmp_path: Path) -> None:
    """An engine that is whole isn't built again."""
    cache, build = kept(tmp_path)

    assert cache.find(build.build) == replace(build, outcome="cached")
    assert cache.find("other") is None


def test_damage_is_seen(tmp_path: Path) -> None:
    """An engine that is not what was built, or whose record is damaged, must be built again."""
    cache, build = kept(tmp_path)
    assert build.engine_path is not None
    build.engine_path.write_bytes(b"engin")
    assert cache.find(build.build) is None
    build.engine_path.unlink()
    assert cache.find(build.build) is None
    (tmp_path / build.build / "build.json").write_text("{")
    assert cache.find(build.build) is None


def test_left_overs_are_swept(tmp_path: Path) -> None:
    """Half-written files of processes that are gone don't stay."""
    cache, build = kept(tmp_path)
    left_over = tmp_path / build.build / "build.json.tmp.4194304"
    left_over.write_text("half")
    cache.place(build.build)

    assert not left_over.exists()
