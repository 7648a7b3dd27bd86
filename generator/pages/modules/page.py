"""The page of one module."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.builder import PageBuilder
from generator.facts.measured import Measured
from generator.facts.modes import (
    DOMAIN_TITLES,
    ceiling,
    lowest_cap,
    modes_of,
    profile_title,
    uneven_cores,
)
from generator.facts.published import mode_label
from generator.facts.releases import Releases, soc_name
from generator.markup import UNKNOWN, Cell, Column
from generator.pages.measured.place import place_address
from generator.pages.modules.charts import clock_chart
from generator.words import capital, counted, joined, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.atlas import Atlas
    from generator.facts.modes import Mode
    from generator.package import Record
    from generator.page import Page

_SIZE = re.compile(r" (\d+GB)$")
_ORDINALS = {1: "first", 2: "second", 3: "third"}


def render(atlas: Atlas, key: str) -> Page:
    """Return the page of the module with that key."""
    module = atlas.modules[key]
    cores = module["dla_cores"]
    page = PageBuilder(
        atlas,
        f"modules/{key}.md",
        module["name"],
        f"{module['name']}: {counted(cores, 'DLA core')}, clocks by power mode, published figures.",
    )
    releases = Releases(atlas)
    product = "JetPack" if module["family"] == "jetson" else "DRIVE OS"
    newest = releases.newest(module["soc"], product) if cores else None
    return page.build(
        "module.md.jinja",
        module=module,
        soc=soc_name(module["soc"]),
        cores=counted(cores, "DLA core"),
        generation=_ORDINALS.get(module["dla_generation"] or 0, ""),
        product=product,
        newest=newest and page.figure(newest, "release"),
        newest_tensorrt=newest and newest["tensorrt"],
        facts=_facts(page, module),
        figures=_headline(page, module),
        configurations=[
            _configuration(page, module, profile, modes, at)
            for at, (profile, modes) in enumerate(modes_of(atlas, key).items())
        ],
        tops=_tops(page, key),
        published=_published(page, key),
        measured=_measured(page, key),
        disagreements=disagreements(page, [module["name"]]),
    )


def _measured(page: PageBuilder, key: str) -> Markup | str:
    """Return a link to what was measured on the module; empty if nothing was."""
    results = Measured(page.atlas, key).results
    if not results:
        return ""
    return page.link(place_address(key), capital(counted(len(results), "result")))


def _headline(page: PageBuilder, module: Record) -> list[dict[str, object]]:
    names = ("dla_max_mhz", "dla_sparse_int8_tops", "dla_dense_int8_tops", "total_sparse_int8_tops")
    table = page.atlas.package.tables["modules"]
    return [
        {
            "title": table.field(name).title,
            "figure": page.figure(module, name),
            "unit": table.field(name).unit,
        }
        for name in names
        if module.raw[name] and (module["dla_cores"] or not name.startswith("dla"))
    ]


def _facts(page: PageBuilder, module: Record) -> list[tuple[str, Markup | str]]:
    def span(low: str, high: str, unit: str) -> Markup | str:
        ends = list(dict.fromkeys(text for text in (module.raw[low], module.raw[high]) if text))
        if not ends:
            return UNKNOWN
        return Markup("{} {}").format(page.figure(module, high, "–".join(ends)), unit)

    def one(name: str, unit: str) -> Markup:
        if not module.raw[name]:
            return UNKNOWN
        return Markup("{} {}").format(page.figure(module, name), unit)

    facts: list[tuple[str, Markup | str]] = [
        ("SoC", soc_name(module["soc"])),
        ("DLA cores", page.figure(module, "dla_cores")),
    ]
    if module["dla_cores"]:
        facts += [
            ("DLA generation", page.figure(module, "dla_generation")),
            ("Highest DLA clock", one("dla_max_mhz", "MHz")),
        ]
    facts += [
        ("Highest GPU clock", one("gpu_max_mhz", "MHz")),
        ("Memory", span("memory_gb_min", "memory_gb_max", "GB")),
        ("Memory bus", one("memory_bus_bits", "bit")),
        (
            "DRAM bandwidth",
            span("dram_bandwidth_gb_per_s_min", "dram_bandwidth_gb_per_s_max", "GB/s"),
        ),
        ("Power modes", span("power_min_w", "power_max_w", "W")),
        ("Source", page.source(module["source"])),
    ]
    return facts


def _configuration(
    page: PageBuilder, module: Record, profile: str, modes: list[Mode], at: int
) -> dict[str, object]:
    return {
        "profile": profile_title(profile),
        "chart": page.chart(clock_chart(page, module, profile, modes, f"clocks-{at}"))
        if any(mode.clocks for mode in modes)
        else "",
        "table": _mode_table(page, module, profile, modes),
        "takeaways": _takeaways(page, module, modes),
    }


def _mode_table(page: PageBuilder, module: Record, profile: str, modes: list[Mode]) -> Markup:
    domains = [name for name in DOMAIN_TITLES if any(name in mode.clocks for mode in modes)]
    columns = [
        Column("mode", "Mode", sortable=False),
        Column("budget", "Budget (W)", numeric=True),
        *(Column(name, f"{DOMAIN_TITLES[name]} (MHz)", numeric=True) for name in domains),
        Column("cpu_online", "CPU cores", numeric=True),
        Column("number", "Number", numeric=True),
    ]
    rows = []
    for mode in modes:
        record = mode.record
        label = Markup("{} <small>default</small>" if record["is_default"] else "{}")
        rows.append(
            [
                Cell(label.format(page.figure(record, "name")), mode.name),
                Cell(record.raw["power_budget_w"] or "none", record.raw["power_budget_w"]),
                *(mode.cell(page, name, ceiling(module, modes, name)) for name in domains),
                Cell(record.raw["cpu_online"]),
                Cell(record.raw["mode_id"]),
            ]
        )
    name = "modes-" + "".join(sign if sign.isalnum() else "-" for sign in profile.lower())
    return page.table(
        name, f"Clock caps in MHz by power mode, {profile_title(profile)}", columns, rows
    )


def _takeaways(page: PageBuilder, module: Record, modes: list[Mode]) -> list[Markup]:
    takeaways = []
    for domain, engine in (("dla0_core", "DLA"), ("gpu", "GPU")):
        lowest, highest = lowest_cap(modes, domain), ceiling(module, modes, domain)
        if lowest is None:
            continue
        cap = lowest.cap(domain) or 0
        share = f", {percent(cap / highest)} of its highest clock" if highest else ""
        takeaways.append(
            Markup("<strong>{}</strong> holds the {} lowest: {} MHz{}.").format(
                lowest.name, engine, page.figure(lowest.clocks[domain], "cap_mhz"), share
            )
        )
    default = next((mode for mode in modes if mode.record["is_default"]), None)
    if default:
        clock = default.clocks.get("dla0_core")
        kept = (
            Markup("{} MHz").format(page.figure(clock, "cap_mhz"))
            if clock and clock.raw["cap_mhz"]
            else Markup("no cap")
        )
        takeaways.append(
            Markup("<strong>{}</strong> is the default mode: {} for the DLA.").format(
                default.name, kept
            )
        )
    uneven = uneven_cores(modes)
    if uneven and module["dla_cores"] > 1:
        takeaways.append(
            Markup(
                "<strong>{} let the two cores clock differently</strong> "
                "({} MHz for core 0, {} MHz for core 1 in {}): measure on core 0."
            ).format(
                joined([mode.name for mode in uneven]),
                page.figure(uneven[0].clocks["dla0_core"], "cap_mhz"),
                page.figure(uneven[0].clocks["dla1_core"], "cap_mhz"),
                uneven[0].name,
            )
        )
    if module["dla_cores"] == 1 and any("dla1_core" in mode.clocks for mode in modes):
        takeaways.append(
            Markup(
                "<strong>The configuration also caps a core 1 that this module does not "
                "have</strong>: use core 0."
            )
        )
    return takeaways


def _tops(page: PageBuilder, key: str) -> Markup | str:
    records = page.atlas.records("tops", module=key)
    if not records:
        return ""
    engines = list(dict.fromkeys(record["engine"] for record in records))
    titles = {"gpu": "GPU", "dla": "DLA, all cores", "total": "Total as printed"}
    columns = [Column("power_mode", "Power mode", sortable=False)]
    columns += [Column(engine, titles.get(engine, engine), numeric=True) for engine in engines]
    rows = []
    for mode in dict.fromkeys(record["power_mode"] for record in records):
        cells = [Cell(mode_label(mode), mode)]
        for engine in engines:
            record = next(
                (r for r in records if (r["power_mode"], r["engine"]) == (mode, engine)), None
            )
            cells.append(page.figure_cell(record, "tops") if record else Cell(UNKNOWN, ""))
        rows.append(cells)
    return page.table("tops", "Peak sparse INT8 performance in TOPS by power mode", columns, rows)


def _published(page: PageBuilder, key: str) -> list[dict[str, object]]:
    """Return what is published for the module: how many figures of which kind, and where."""
    places = [
        ("throughput", "throughput/", "throughput figure", ""),
        ("perf-per-watt", "perf-per-watt/", "perf/W ratio", ""),
        ("mlperf-results", "mlperf/", "MLPerf result", ""),
        ("user-reports", "reported/", "figure reported by users", "figures reported by users"),
    ]
    found: list[dict[str, object]] = []
    for table, address, noun, plural in places:
        count = len(page.atlas.records(table, module=key))
        if count:
            found.append({"count": capital(counted(count, noun, plural)), "address": address})
    return found


def disagreements(page: PageBuilder, names: Sequence[str]) -> Markup | str:
    """Return the table of what sources say differently about modules of these names."""
    records = [
        record
        for record in page.atlas.package.records("disagreements")
        if any(_concerns(record["topic"], name) for name in names)
    ]
    if not records:
        return ""
    columns = [
        Column("topic", "About", sortable=False),
        Column("a", "One source says", sortable=False),
        Column("b", "Another says", sortable=False),
        Column("used", "Used here", sortable=False),
    ]
    rows = [
        [
            Cell(page.link(page.atlas.record_url(record), record["topic"])),
            Cell(_said(page, record, "a")),
            Cell(_said(page, record, "b")),
            Cell(record["why"]),
        ]
        for record in records
    ]
    return page.table("disagreements", "Where sources disagree about modules", columns, rows)


def _said(page: PageBuilder, record: Record, side: str) -> Markup:
    return Markup("{}<br><small>{}</small>").format(
        record[f"statement_{side}"], page.source(record[f"source_{side}"])
    )


def _concerns(topic: str, name: str) -> bool:
    short = name.removeprefix("Jetson ")
    base = _SIZE.sub("", short)
    return short in topic or re.search(rf"\b{re.escape(base)}(?! \d+GB)\b", topic) is not None
