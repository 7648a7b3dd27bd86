"""Modules: how many DLA cores they have, at which clocks, and what is published for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.builder import PageBuilder
from generator.facts.modes import modes_of, profile_title, uneven_cores
from generator.facts.releases import soc_name
from generator.markup import UNKNOWN, Cell, Column
from generator.pages.modules import page as _module_page
from generator.pages.modules.charts import clock_panels
from generator.words import capital, counted, joined, percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.atlas import Atlas
    from generator.package import Record
    from generator.page import Page


def render(atlas: Atlas) -> Iterator[Page]:
    """Yield the index of the modules and a page for each."""
    yield _index(atlas)
    for key in atlas.modules:
        yield _module_page.render(atlas, key)


def _index(atlas: Atlas) -> Page:
    page = PageBuilder(
        atlas,
        "modules/index.md",
        "Modules and power modes",
        "Which Jetson and DRIVE modules have how many DLA cores, and their clocks in each mode.",
    )
    modules = list(atlas.modules.values())
    with_dla = [module for module in modules if module["dla_cores"]]
    return page.build(
        "modules_index.md.jinja",
        total=counted(len(modules), "module"),
        with_dla=capital(counted(len(with_dla), "module").split()[0]),
        groups=_groups(page, modules),
        without=joined(_names(module for module in modules if not module["dla_cores"])),
        table=_table(page, modules),
        panels=clock_panels(page, [module["module"] for module in with_dla]),
        slow_defaults=_slow_defaults(page, with_dla),
        uneven=_uneven(page, with_dla),
        phantom=_phantom(page, with_dla),
        disagreements=_module_page.disagreements(page, [module["name"] for module in modules]),
    )


def _names(modules: Iterator[Record]) -> list[str]:
    return [str(module["name"]) for module in modules]


def _groups(page: PageBuilder, modules: list[Record]) -> list[dict[str, object]]:
    """Return the modules by their number of DLA cores, most cores first."""
    groups = []
    for cores in sorted({module["dla_cores"] for module in modules}, reverse=True):
        here = [module for module in modules if module["dla_cores"] == cores]
        links = [page.link(f"modules/{m['module']}/", m["name"]) for m in here]
        groups.append(
            {
                "cores": capital(counted(cores, "DLA core")),
                "has_dla": bool(cores),
                "count": len(here),
                "noun": "module" if len(here) == 1 else "modules",
                "modules": Markup(", ").join(links),
            }
        )
    return groups


def _table(page: PageBuilder, modules: list[Record]) -> Markup:
    columns = [
        Column("module", "Module", filter="text"),
        Column("family", "Family", filter="select"),
        Column("soc", "SoC", filter="select"),
        Column("dla_cores", "DLA cores", numeric=True, filter="select"),
        Column("dla_generation", "DLA generation", numeric=True),
        Column("dla_max_mhz", "DLA clock, highest (MHz)", numeric=True),
        Column("gpu_max_mhz", "GPU clock, highest (MHz)", numeric=True),
        Column("dla_sparse_int8_tops", "DLA, sparse INT8 (TOPS)", numeric=True),
        Column("dla_dense_int8_tops", "DLA, dense INT8 (TOPS)", numeric=True),
        Column("total_sparse_int8_tops", "Module, sparse INT8 (TOPS)", numeric=True),
        Column("memory", "Memory (GB)", numeric=True),
        Column("bandwidth", "DRAM (GB/s)", numeric=True),
        Column("power", "Power modes (W)", numeric=True),
    ]
    rows = [
        [
            Cell(page.link(f"modules/{module['module']}/", module["name"]), module["name"]),
            Cell({"jetson": "Jetson", "drive": "DRIVE"}.get(module["family"], module["family"])),
            Cell(soc_name(module["soc"]), module["soc"]),
            page.figure_cell(module, "dla_cores"),
            _generation(module),
            *(
                _fact(page, module, column.name)
                for column in columns
                if column.name.endswith(("_mhz", "_tops"))
            ),
            _span(page, module, "memory_gb_min", "memory_gb_max"),
            _span(page, module, "dram_bandwidth_gb_per_s_min", "dram_bandwidth_gb_per_s_max"),
            _span(page, module, "power_min_w", "power_max_w"),
        ]
        for module in modules
    ]
    return page.table("modules", "One module a row; every figure opens its record", columns, rows)


def _generation(module: Record) -> Cell:
    if not module["dla_cores"]:
        return Cell("none", "")
    return Cell(module.raw["dla_generation"] or UNKNOWN, module.raw["dla_generation"])


def _fact(page: PageBuilder, module: Record, name: str) -> Cell:
    if name.startswith("dla") and not module["dla_cores"]:
        return Cell("none", "")
    return page.figure_cell(module, name)


def _span(page: PageBuilder, module: Record, low: str, high: str) -> Cell:
    ends = list(dict.fromkeys(text for text in (module.raw[low], module.raw[high]) if text))
    if not ends:
        return Cell(UNKNOWN, "")
    return page.figure_cell(module, high, "–".join(ends))._replace(value=ends[-1])


def _slow_defaults(page: PageBuilder, modules: list[Record]) -> list[dict[str, object]]:
    """Return the default modes that leave the DLA less than half of its highest clock."""
    found: list[dict[str, object]] = []
    for module in modules:
        ceiling = module["dla_max_mhz"]
        for modes in modes_of(page.atlas, module["module"]).values():
            for mode in modes:
                cap = mode.cap("dla0_core")
                if mode.record["is_default"] and cap and ceiling and 2 * cap < ceiling:
                    found.append(
                        {
                            "module": page.link(f"modules/{module['module']}/", module["name"]),
                            "mode": mode.name,
                            "cap": page.figure(mode.clocks["dla0_core"], "cap_mhz"),
                            "ceiling": page.figure(module, "dla_max_mhz"),
                            "share": percent(cap / ceiling),
                        }
                    )
    return found


def _uneven(page: PageBuilder, modules: list[Record]) -> list[dict[str, object]]:
    return [
        {
            "module": page.link(f"modules/{module['module']}/", module["name"]),
            "profile": profile_title(profile),
            "modes": joined([mode.name for mode in uneven]),
            "caps": Markup(" against ").join(
                page.figure(uneven[0].clocks[domain], "cap_mhz")
                for domain in ("dla0_core", "dla1_core")
            ),
        }
        for module in modules
        if module["dla_cores"] > 1
        for profile, modes in modes_of(page.atlas, module["module"]).items()
        if (uneven := uneven_cores(modes))
    ]


def _phantom(page: PageBuilder, modules: list[Record]) -> list[Markup]:
    """Return the modules with one core whose configuration also caps a second one."""
    return [
        page.link(f"modules/{module['module']}/", module["name"])
        for module in modules
        if module["dla_cores"] == 1
        and page.atlas.find("power-mode-clocks", module=module["module"], domain="dla1_core")
    ]
