"""Charts of clock caps by power mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.charts import Chart, Mark, Series
from generator.facts.modes import ceiling, modes_of, profile_title
from generator.pages import palette

if TYPE_CHECKING:
    from markupsafe import Markup

    from generator.builder import PageBuilder
    from generator.facts.modes import Mode
    from generator.package import Record

Y_TITLE = "Clock cap (MHz)"
NOTE = (
    "A mode without a cap is drawn at the highest clock of the module where that is known, "
    "and marked as uncapped."
)


def clock_chart(
    page: PageBuilder, module: Record, profile: str, modes: list[Mode], chart_id: str
) -> Chart:
    """Return the chart of the DLA's and the GPU's clock caps in the modes of a configuration.

    Parameters
    ----------
    page
        Where the chart stands.
    module, profile, modes
        Whose modes, of which configuration.
    chart_id
        Id of the chart on its page.
    """
    series = [
        Series("GPU", _marks(page, module, modes, "gpu"), palette.GPU),
        Series("DLA core 0", _marks(page, module, modes, "dla0_core"), palette.DLA),
    ]
    return Chart(
        chart_id,
        f"{module['name']}, {profile_title(profile)}",
        f"Clock caps of GPU and DLA core 0 in {len(modes)} power modes of {module['name']} "
        f"in the configuration {profile_title(profile)}.",
        "Power mode",
        Y_TITLE,
        series,
        note=NOTE,
        keys={"module": module["module"]},
        horizontal=True,
    )


def clock_panels(page: PageBuilder, modules: list[str]) -> Markup | str:
    """Return the charts of all configurations of some modules side by side."""
    charts = [
        clock_chart(page, page.atlas.modules[key], profile, modes, f"clocks-{at}-{number}")
        for at, key in enumerate(modules)
        for number, (profile, modes) in enumerate(modes_of(page.atlas, key).items())
        if any(mode.clocks for mode in modes)
    ]
    if not charts:
        return ""
    return page.panels(
        "clocks",
        "How far each power mode lets the DLA and the GPU clock",
        f"Clock caps of GPU and DLA core 0 by power mode, {len(charts)} configurations.",
        charts,
        note=NOTE,
        follows="modules",
    )


def _marks(page: PageBuilder, module: Record, modes: list[Mode], domain: str) -> list[Mark]:
    marks = []
    highest = ceiling(module, modes, domain)
    for mode in modes:
        clock = mode.clocks.get(domain)
        if clock is None:
            continue
        uncapped = mode.is_uncapped(domain)
        words = clock.raw["cap_mhz"]
        if uncapped:
            words = f"{highest:g}, uncapped" if highest else "uncapped"
        marks.append(
            Mark(
                mode.name,
                highest if uncapped else clock["cap_mhz"],
                text=words,
                href=page.url(page.atlas.record_url(clock)),
                keys={"mode": mode.record["mode"]},
            )
        )
    return marks
