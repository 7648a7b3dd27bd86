"""Power modes of a fake board, and /etc/nvpmodel.conf in the grammar of the real one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from measure.tables import read_table

if TYPE_CHECKING:
    from tests.fake_jetson.boards import Board
    from tests.fake_jetson.layout import Layout

_DOMAINS = {
    "dla0_core": "DLA0_CORE",
    "dla1_core": "DLA1_CORE",
    "dla0_falcon": "DLA0_FALCON",
    "dla1_falcon": "DLA1_FALCON",
    "pva_vps": "PVA0_VPS",
    "pva_axi": "PVA0_AXI",
}


@dataclass(frozen=True)
class Mode:
    """A power mode: caps in MHz by domain, those without a cap left out."""

    id: int
    name: str
    cpus: int
    tpc_mask: int
    caps: dict[str, float]


def modes_of(board: Board) -> tuple[list[Mode], int]:
    """Return a board's modes and the id of the one it boots into the first time."""
    if board.modes:
        own = [
            Mode(number, name, cpus, mask, caps) for number, name, cpus, mask, caps in board.modes
        ]
        return own, own[0].id
    rows = [row for row in read_table("reference/power-modes") if row["module"] == board.module]
    rows = [row for row in rows if row["profile"] == rows[0]["profile"]]
    caps: dict[str, dict[str, float]] = {}
    for row in read_table("reference/power-mode-clocks"):
        if row["module"] == board.module and row["profile"] == rows[0]["profile"]:
            own_caps = caps.setdefault(row["mode"], {})
            if row["cap_mhz"]:
                own_caps[row["domain"]] = float(row["cap_mhz"])
    modes = [
        Mode(
            int(row["mode_id"]),
            row["name"],
            int(row["cpu_online"]),
            int(row["tpc_pg_mask"] or 0),
            caps.get(row["mode"], {}),
        )
        for row in rows
    ]
    default = next(int(row["mode_id"]) for row in rows if row["is_default"] == "yes")
    return modes, default


def configuration(board: Board, layout: Layout, modes: list[Mode], default: int) -> str:
    """Return the text of /etc/nvpmodel.conf."""
    lines = [
        "#",
        "# Power modes of the fake board.",
        "#",
        "# FORMAT:",
        "# < PARAM TYPE=PARAM_TYPE NAME=PARAM_NAME >",
        "# ARG1_NAME ARG1_PATH_VAL",
        "# < POWER_MODEL ID=id_num NAME=mode_name >",
        "# PARAM1_NAME ARG11_NAME ARG11_VAL",
        "# < PM_CONFIG DEFAULT=default_mode >",
        "",
        "###########################",
        "# PARAM DEFINITIONS       #",
        "###########################",
        "",
        "< PARAM TYPE=FILE NAME=CPU_ONLINE >",
        *(f"CORE_{cpu} /sys/devices/system/cpu/cpu{cpu}/online" for cpu in range(board.cpus)),
        "",
        "< PARAM TYPE=FILE NAME=TPC_POWER_GATING >",
        f"TPC_PG_MASK {layout.gpu}/tpc_pg_mask",
        "",
        "< PARAM TYPE=FILE NAME=GPU_POWER_CONTROL_ENABLE >",
        f"GPU_PWR_CNTL_EN {layout.gpu}/power/control",
        "",
    ]
    for cluster, name in zip(board.clusters, board.cluster_names, strict=True):
        folder = f"/sys/devices/system/cpu/cpu{cluster[0]}/cpufreq"
        lines += [
            f"< PARAM TYPE=CLOCK NAME={name} >",
            f"FREQ_TABLE {folder}/scaling_available_frequencies",
            f"MAX_FREQ {folder}/scaling_max_freq",
            f"MIN_FREQ {folder}/scaling_min_freq",
            "",
        ]
    lines += [
        "< PARAM TYPE=CLOCK NAME=GPU >",
        f"FREQ_TABLE {layout.devfreq}/available_frequencies",
        f"MAX_FREQ {layout.devfreq}/max_freq",
        f"MIN_FREQ {layout.devfreq}/min_freq",
        "",
        "< PARAM TYPE=CLOCK NAME=EMC >",
        f"MAX_FREQ {layout.emc_cap}",
        "",
    ]
    for domain in layout.caps:
        lines += [
            f"< PARAM TYPE=CLOCK NAME={_DOMAINS[domain]} >",
            f"MAX_FREQ {layout.caps[domain]}",
            "",
        ]
    lines += [
        "###########################",
        "# POWER_MODEL DEFINITIONS #",
        "###########################",
    ]
    for mode in modes:
        lines += ["", *_power_model(board, layout, mode)]
    lines += ["", "# mandatory section to configure the default power mode"]
    lines += [f"< PM_CONFIG DEFAULT={default} >", ""]
    return "\n".join(lines)


def _power_model(board: Board, layout: Layout, mode: Mode) -> list[str]:
    """Return the block of one mode: kHz for CPUs, Hz for the rest, -1 or 0 for no cap."""
    lines = [f"< POWER_MODEL ID={mode.id} NAME={mode.name} >"]
    lines += [f"CPU_ONLINE CORE_{cpu} {int(cpu < mode.cpus)}" for cpu in range(board.cpus)]
    lines += [f"TPC_POWER_GATING TPC_PG_MASK {mode.tpc_mask}"]
    lines += ["GPU_POWER_CONTROL_ENABLE GPU_PWR_CNTL_EN on"]
    for name in board.cluster_names:
        lines += [f"{name} MIN_FREQ 729600", f"{name} MAX_FREQ {_scaled(mode, 'cpu', 1e3)}"]
    lines += ["GPU MIN_FREQ 0", f"GPU MAX_FREQ {_scaled(mode, 'gpu', 1e6)}"]
    lines += [f"EMC MAX_FREQ {max(_scaled(mode, 'emc', 1e6), 0)}"]
    lines += [f"{_DOMAINS[domain]} MAX_FREQ {_scaled(mode, domain, 1e6)}" for domain in layout.caps]
    return lines


def _scaled(mode: Mode, domain: str, unit: float) -> int:
    """Return a cap in the unit of its file; -1 for none."""
    cap = mode.caps.get(domain)
    return -1 if cap is None else round(cap * unit)
