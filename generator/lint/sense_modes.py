"""Sense of power modes and their clocks."""

# ruff: noqa: D401 - the docstring of a rule is what the rule says

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from generator.lint.rules import Flag, View, rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@rule("modes.unknown", "module", "power_mode")
def check_power_mode(view: View) -> Iterator[Flag]:
    """A power mode exists on its module."""
    known = set(view.whole("power-modes", "module", "mode"))
    columns = ("module", "power_mode")
    wrong = view.map_rows(columns, lambda row: None not in row and row not in known)
    problem = "the module has no such power mode"
    remedy = "write a mode of power-modes.csv, or add it there"
    yield Flag(wrong == 1, "power_mode", problem, remedy)


@rule("modes.dla-cores", "module", "domain", tables=("power-mode-clocks",))
def check_clock_domain(view: View) -> Iterator[Flag]:
    """A power mode caps only DLA cores its module has."""
    cores = view.look_up(("module",), "modules", ("module",), "dla_cores")
    core = view.map_rows(("domain",), lambda row: _core_of(str(row[0])))
    problem = "the module has no such DLA core"
    yield Flag(core >= cores, "domain", problem, "delete the row, or mend the module's dla_cores")


@rule("modes.cap", "cap", "cap_mhz")
def check_cap(view: View) -> Iterator[Flag]:
    """A capped clock has its cap, and an uncapped one none."""
    is_empty = np.isnan(view.column("cap_mhz"))
    capped = view.equals("cap", "capped")
    yield Flag(capped & is_empty, "cap_mhz", "the clock is capped, but at what?", "write the cap")
    uncapped = view.equals("cap", "uncapped")
    problem = "the clock is said to be uncapped"
    yield Flag(uncapped & ~is_empty, "cap_mhz", problem, "leave it empty, or write capped")


@rule("modes.budget", "mode", "power_budget_w")
def check_budget(view: View) -> Iterator[Flag]:
    """A power mode named by its budget has that budget."""
    named = view.map_rows(("mode",), lambda row: _watts_of(str(row[0])))
    budget = view.column("power_budget_w")
    wrong = ~np.isnan(named) & ~np.isnan(budget) & (named != budget)
    yield Flag(wrong, "power_budget_w", "the mode's name says another budget", "mend one of them")


@rule("modes.above-maximum", "module", "profile", "domain", "cap_mhz")
def check_maximum(view: View) -> Iterator[Flag]:
    """A clock is not capped above the module's maximum, except in a super configuration."""
    is_super = view.map_rows(("profile",), lambda row: "super" in str(row[0])) == 1
    for pattern, maximum in ((r"dla\d_core", "dla_max_mhz"), (r"gpu", "gpu_max_mhz")):
        highest = view.look_up(("module",), "modules", ("module",), maximum)
        is_domain = view.map_rows(("domain",), _matcher(pattern)) == 1
        yield Flag(
            is_domain & ~is_super & (view.column("cap_mhz") > highest),
            "cap_mhz",
            f"it is above the module's {maximum}",
            "check the unit of both",
        )


@rule("modes.default", "module", "profile", "mode", "is_default")
def check_default(view: View) -> Iterator[Flag]:
    """One power mode of a module's configuration is its default."""
    groups, firsts = view.sheet.groups(("module", "profile"))
    is_default = view.column("is_default") == 1
    positions = np.flatnonzero(is_default)
    _, first_defaults = np.unique(groups[positions], return_index=True)
    again = is_default.copy()
    again[positions[first_defaults]] = False
    yield Flag(again, "is_default", "another mode is the default already", "keep one of them")
    without = np.zeros(len(groups), dtype=bool)
    is_settled = is_default | view.is_missing("is_default")
    without[firsts] = ~np.isin(groups[firsts], groups[is_settled])
    problem = "no mode of the configuration is the default"
    yield Flag(without, "is_default", problem, "write 'yes' for the one that is")


def _core_of(domain: str) -> float:
    core = re.match(r"dla(\d)_", domain)
    return float(core[1]) if core else np.nan


def _watts_of(mode: str) -> float:
    watts = re.match(r"(\d+)w(?:-|$)", mode)
    return float(watts[1]) if watts else np.nan


def _matcher(pattern: str) -> Callable[[tuple], bool]:
    return lambda row: bool(re.fullmatch(pattern, str(row[0])))
