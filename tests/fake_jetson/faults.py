"""What can break on a device, and what `measure` then does.

The table is what the tests of faults run, and what the documentation prints.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

NOTHING, REASON, BUILD, FIGURE = "nothing", "reason", "build", "figure"
KEPT = {
    NOTHING: "nothing is measured",
    REASON: "the segments are kept as invalid, with the reason; no figure",
    BUILD: "the failed build is kept with its log; no figure",
    FIGURE: "the figure is kept",
}


@dataclass(frozen=True)
class Fault:
    """One thing that breaks.

    Parameters
    ----------
    breaks
        What is broken.
    code
        The exit code of ``python3 -m measure run``.
    says
        Words of the sentence that is printed or kept.
    kept
        What is left: nothing, the reason, the build, or the figure.
    flag
        Flag of the figure, where it has one.
    knobs
        What the fake Jetson is made with.
    words
        What the command is called with, in place of one DLA core in the present mode.
    special
        What has a test of its own, as more than a broken device belongs to it.
    """

    name: str
    breaks: str
    code: int
    says: str
    kept: str
    flag: str = ""
    knobs: dict[str, Any] = field(default_factory=dict)
    words: tuple[str, ...] = ("--engines", "dla0", "--modes", "current")
    board: str = "jetson-agx-orin-64gb"
    trt: str = "10.3.0"
    mode: str = "MAXN"
    settings: dict[str, Any] = field(default_factory=dict)
    special: bool = False

    @property
    def outcome(self) -> str:
        """Return the documented outcome in a sentence."""
        said = f", “{self.says}”" if self.says else ""
        flag = f", flagged {self.flag}" if self.flag else ""
        return f"Exit code {self.code}{said}; {KEPT[self.kept]}{flag}."


_BOTH = ("--engines", "dla", "--modes", "current")
_GPU = ("--engines", "gpu", "--modes", "current")
_TO_50W = ("--engines", "dla0", "--modes", "50w")


def _load(kind: str, core: int | None = None) -> dict[str, Any]:
    """Break every run of an engine, or those on one core."""
    return {"trtexec_load": {"kind": kind} | ({} if core is None else {"core": core})}


def _special(name: str, breaks: str, code: int, says: str, kept: str) -> Fault:
    """Return a fault that has a test of its own; a run that goes on counts by its end."""
    return Fault(name, breaks, code, says, kept, special=True)


_TABLE = (
    # Programs
    Fault(
        "trtexec_missing",
        "trtexec is not installed",
        3,
        "trtexec is missing",
        NOTHING,
        knobs={"programs_missing": ["trtexec"]},
    ),
    Fault(
        "trtexec_crashes_building",
        "trtexec dies of a fault of its own while it builds",
        5,
        "signal 11",
        BUILD,
        knobs={"trtexec_build": "crash"},
    ),
    Fault(
        "trtexec_killed_building",
        "the kernel kills trtexec while it builds, as memory is short",
        5,
        "trtexec was killed",
        BUILD,
        knobs={"trtexec_build": "killed"},
    ),
    Fault(
        "trtexec_hangs_building",
        "a build never ends",
        5,
        "did not end",
        BUILD,
        knobs={"trtexec_build": "hang"},
        settings={"build_timeout_s": 0.6},
    ),
    Fault(
        "trtexec_prints_garbage_building",
        "trtexec prints bytes that are no log, and ends with success",
        5,
        "",
        BUILD,
        knobs={"trtexec_build": "garbage"},
    ),
    Fault(
        "build_fails",
        "TensorRT finds no implementation of a node",
        5,
        "Could not find any implementation",
        BUILD,
        knobs={"trtexec_build": "fail"},
    ),
    Fault(
        "out_of_memory_building",
        "TensorRT runs out of memory while it builds",
        5,
        "OutOfMemory",
        BUILD,
        knobs={"trtexec_build": "oom"},
    ),
    Fault(
        "trtexec_crashes_measuring",
        "trtexec dies of a fault of its own in every run of the engine",
        5,
        "signal 11",
        REASON,
        knobs=_load("crash"),
    ),
    Fault(
        "trtexec_killed_measuring",
        "the kernel kills trtexec in every run of the engine",
        5,
        "trtexec was killed",
        REASON,
        knobs=_load("killed"),
    ),
    Fault(
        "trtexec_hangs_loading",
        "trtexec never starts to run the engine",
        5,
        "",
        REASON,
        knobs=_load("hang"),
        settings={"start_timeout_s": 0.6},
    ),
    Fault(
        "trtexec_hangs_measuring",
        "trtexec stops working half-way and never ends",
        5,
        "",
        REASON,
        knobs=_load("hang_late"),
        settings={"hang_s": 0.3},
    ),
    Fault(
        "trtexec_prints_garbage_measuring",
        "trtexec prints bytes that are no log, and ends with success",
        5,
        "",
        REASON,
        knobs=_load("garbage"),
    ),
    Fault(
        "trtexec_says_nothing",
        "trtexec ends with success and prints nothing",
        5,
        "",
        REASON,
        knobs=_load("silent"),
    ),
    Fault(
        "no_summary",
        "trtexec ends with success but without summary and times",
        5,
        "",
        REASON,
        knobs=_load("no_summary"),
    ),
    Fault(
        "out_of_memory_measuring",
        "TensorRT runs out of memory when it loads the engine",
        5,
        "OutOfMemory",
        REASON,
        knobs=_load("oom"),
    ),
    Fault(
        "device_lost",
        "the DLA stops taking work half-way through every run",
        5,
        "Failure to submit",
        REASON,
        knobs=_load("device_lost"),
    ),
    Fault(
        "one_of_two_cores_dies",
        "core 1 stops taking work half-way, core 0 goes on",
        5,
        "Failure to submit",
        REASON,
        knobs=_load("device_lost", 1),
        words=_BOTH,
    ),
    Fault(
        "one_of_two_cores_hangs",
        "the process on core 1 never starts, that on core 0 does",
        5,
        "",
        REASON,
        knobs=_load("hang", 1),
        words=_BOTH,
        settings={"start_timeout_s": 0.6, "hang_s": 0.3},
    ),
    # TensorRT and the DLA
    Fault(
        "wrong_version",
        "trtexec is of another version than the package",
        5,
        "trtexec is of TensorRT 8.6.1",
        BUILD,
        knobs={"trtexec_version": "8.6.1"},
    ),
    Fault(
        "no_dla_in_this_release",
        "a JetPack whose TensorRT has no DLA",
        3,
        "DLA",
        NOTHING,
        trt="10.16.2",
    ),
    Fault(
        "no_dla_in_the_container",
        "a container without the device files of the DLA",
        3,
        "DLA",
        NOTHING,
        knobs={"no_dla_nodes": True, "dla_cores": 0},
    ),
    Fault(
        "no_python_tensorrt",
        "TensorRT's Python package is missing, so trtexec has to be asked for the cores",
        0,
        "",
        FIGURE,
        knobs={"tensorrt_python": False},
    ),
    Fault(
        "probe_crashes",
        "asking TensorRT for its DLA cores crashes",
        0,
        "",
        FIGURE,
        knobs={"tensorrt_python": "crash"},
    ),
    Fault(
        "engine_partly_on_gpu",
        "one layer of the engine runs on the GPU",
        0,
        "",
        FIGURE,
        knobs={"gpu_layers": 1},
    ),
    Fault(
        "wrong_output",
        "the DLA computes something else from the third output on",
        5,
        "the output for the same input is not what it was",
        REASON,
        knobs={"wrong_output_from": 2},
    ),
    # Conditions under load
    Fault(
        "gpu_works_during_a_dla_run",
        "something keeps the GPU busy a fifth of the time while the DLA alone is measured",
        5,
        "the GPU was busy",
        REASON,
        knobs={"gpu_leak": 200},
    ),
    Fault(
        "gpu_below_its_clock",
        "the GPU runs at 70 % of the clock it is pinned to",
        5,
        "the GPU ran at",
        REASON,
        knobs={"gpu_slow": 0.7},
        words=_GPU,
        settings={"load_s": 1.5},
    ),
    Fault(
        "dla_below_its_clock",
        "the DLA runs at 600 MHz in a mode with 1369.6 MHz",
        5,
        "1370 MHz were due",
        REASON,
        knobs={"dla_hz": 600000000},
        mode="MODE_50W",
    ),
    Fault(
        "dla_slow_under_maxn",
        "the DLA runs at 1000 MHz in MAXN, which has no cap",
        5,
        "1600 MHz were due",
        REASON,
        knobs={"dla_hz": 1000000000},
    ),
    Fault(
        "memory_below_its_clock",
        "the memory runs at 1600 MHz in a mode with 2133 MHz",
        5,
        "2133 MHz were due",
        REASON,
        knobs={"emc_hz": 1600000000},
        mode="MODE_15W",
    ),
    Fault(
        "over_current",
        "the counter of over-current events moves under load",
        5,
        "instantaneous over-current",
        REASON,
        knobs={"over_current": 3},
    ),
    Fault(
        "under_voltage",
        "the counter of under-voltage events moves under load",
        5,
        "under-voltage",
        REASON,
        knobs={"over_current": 1},
    ),
    Fault(
        "throttling",
        "the kernel holds clocks back for heat under load",
        5,
        "held back",
        REASON,
        knobs={"throttling": True},
    ),
    Fault(
        "too_hot",
        "the module is hotter than where clocks are held back",
        5,
        "it holds back at 99.0 °C",
        REASON,
        knobs={"hot_c": 60.0},
    ),
    Fault(
        "hot_surface",
        "the kernel warns that the module's surface is hot, and holds nothing back",
        0,
        "",
        FIGURE,
        knobs={"hot_c": 30.0},
    ),
    Fault(
        "power_monitor_alarm",
        "a power monitor raises its alarm under load",
        5,
        "alarm",
        REASON,
        knobs={"alarm": True},
    ),
    Fault(
        "boot_id_changes",
        "the boot id changes during a segment",
        5,
        "boot",
        REASON,
        knobs={"new_boot_id": True},
    ),
    Fault(
        "cpus_vanish",
        "half of the CPUs go offline during a segment",
        5,
        "CPUs",
        REASON,
        knobs={"cpus_lost": True},
    ),
    Fault(
        "clock_drift",
        "the DLA's clock sinks while the DLA works, and is back when it rests",
        5,
        "1120 MHz, 1600 MHz were due",
        REASON,
        knobs={"dla_sinks": 0.7},
        settings={"load_s": 2.0, "watch_period_s": 0.01},
    ),
    Fault(
        "throughput_drift",
        "the throughput falls by a third during each segment",
        0,
        "",
        FIGURE,
        flag="throughput_drift",
        knobs={"drift_per_s": 1.0},
    ),
    # Power modes and clocks
    Fault(
        "mode_refused",
        "nvpmodel refuses the mode",
        5,
        "nvpmodel names MAXN, MODE_50W was asked for",
        NOTHING,
        knobs={"mode_refused": "MODE_50W"},
        words=_TO_50W,
    ),
    Fault(
        "mode_named_but_not_in_force",
        "nvpmodel takes the mode and names it, but changes nothing",
        5,
        "the mode 50W caps it at 816 MHz",
        NOTHING,
        knobs={"mode_not_applied": "MODE_50W"},
        words=_TO_50W,
    ),
    Fault(
        "mode_never_was_in_force",
        "nvpmodel names MODE_30W while the board in truth is as in MODE_50W",
        3,
        "12 CPUs online",
        NOTHING,
        knobs={"mode_in_truth": "MODE_50W"},
        mode="MODE_30W",
    ),
    Fault(
        "mode_needs_a_reboot",
        "the mode needs a reboot that is not allowed",
        3,
        "only after a reboot; add --allow-reboot",
        NOTHING,
        words=("--engines", "dla0", "--modes", "30w"),
    ),
    Fault(
        "mode_reverts_under_load",
        "the mode falls back under load",
        5,
        "MODE_50W",
        REASON,
        knobs={"mode_reverts": 3},
    ),
    Fault(
        "nvpmodel_missing",
        "the device has no nvpmodel",
        3,
        "power mode",
        NOTHING,
        knobs={"programs_missing": ["nvpmodel"]},
    ),
    Fault(
        "nvpmodel_crashes",
        "nvpmodel crashes",
        3,
        "power mode",
        NOTHING,
        knobs={"nvpmodel": "crash"},
    ),
    Fault(
        "nvpmodel_conf_missing",
        "/etc/nvpmodel.conf is missing",
        3,
        "nvpmodel",
        NOTHING,
        knobs={"nvpmodel_conf": None},
    ),
    Fault(
        "nvpmodel_conf_garbage",
        "/etc/nvpmodel.conf holds something else",
        3,
        "nvpmodel",
        NOTHING,
        knobs={"nvpmodel_conf": "\x00\x01 garbage\n< POWER_MODEL ID=x"},
    ),
    Fault(
        "jetson_clocks_crashes",
        "jetson_clocks ends with an error",
        3,
        "clocks-store failed",
        NOTHING,
        knobs={"jetson_clocks": "crash"},
    ),
    Fault(
        "clocks_not_pinned",
        "jetson_clocks ends with success and pins nothing",
        5,
        "the clocks were to be pinned",
        NOTHING,
        knobs={"jetson_clocks": "ignored"},
    ),
    Fault(
        "clocks_not_restored",
        "jetson_clocks does not restore the clocks",
        5,
        "`python3 -m measure restore` tries again",
        FIGURE,
        knobs={"jetson_clocks": "restore_fails"},
    ),
    # Power
    Fault(
        "rail_missing",
        "a rail that is part of the module's power is missing",
        3,
        "`run --no-power` measures throughput alone",
        NOTHING,
        knobs={"rails_missing": ["VDD_CPU_CV"]},
    ),
    Fault(
        "rail_missing_without_power",
        "a rail is missing, and the run is for throughput alone (`--no-power`)",
        0,
        "",
        FIGURE,
        knobs={"rails_missing": ["VDD_CPU_CV"]},
        words=("--engines", "dla0", "--modes", "current", "--no-power"),
    ),
    Fault(
        "rail_renamed",
        "a rail has another name",
        3,
        "renamed to CPU_CV_RAIL?",
        NOTHING,
        knobs={"rails_renamed": {"VDD_CPU_CV": "CPU_CV_RAIL"}},
    ),
    Fault(
        "no_rails",
        "the board has no power monitors",
        0,
        "",
        FIGURE,
        knobs={
            "rails_missing": ["VDD_GPU_SOC", "VDD_CPU_CV", "VIN_SYS_5V0", "VDDQ_VDD2_1V8AO", "NC"]
        },
    ),
    Fault(
        "rail_stuck",
        "a rail shows the same value for ever",
        0,
        "",
        FIGURE,
        flag="rail_stuck",
        knobs={"rails_stuck": ["VDD_CPU_CV"]},
    ),
    Fault(
        "rail_absurd",
        "a rail shows more than its monitor can measure",
        5,
        "beyond what its monitor can give",
        REASON,
        knobs={"rails_absurd": ["VDD_CPU_CV"]},
    ),
    Fault(
        "power_meter_unplugged",
        "a rail vanishes under load",
        5,
        "VDD_CPU_CV",
        REASON,
        knobs={"rails_lost": ["VDD_CPU_CV"]},
    ),
    # Rights and other users
    Fault(
        "no_rights",
        "sudo asks for a password",
        3,
        "rights",
        NOTHING,
        knobs={"sudo": "password"},
    ),
    Fault(
        "root_program_missing",
        "the root program is not installed",
        3,
        "rights",
        NOTHING,
        knobs={"programs_missing": ["dla-measure-priv"]},
    ),
    Fault(
        "other_user_of_the_dla",
        "another process holds the DLA open",
        3,
        "deepstream-app (4242)",
        NOTHING,
        knobs={"other_users": [["deepstream-app", "/dev/nvhost-nvdla0"]]},
    ),
    Fault(
        "desktop_runs",
        "a desktop runs, as it does again after each reboot",
        0,
        "",
        FIGURE,
        flag="desktop",
        knobs={"other_users": [["Xorg", "/dev/null"]]},
    ),
    Fault(
        "packages_being_installed",
        "apt-get runs",
        3,
        "apt-get (4242)",
        NOTHING,
        knobs={"other_users": [["apt-get", "/dev/null"]]},
    ),
    Fault(
        "unknown_board",
        "the device tree names a carrier and a module that the tables do not know",
        3,
        "the power rails of this board are not known",
        NOTHING,
        knobs={"compatible": ["vendor,carrier+p9999-0001", "nvidia,p9999-0001"]},
    ),
    # What needs more than a broken device
    _special(
        "mode_behind_a_reboot",
        "the mode needs a reboot that is allowed",
        0,
        "the board reboots into",
        FIGURE,
    ),
    _special(
        "reboot_loop",
        "the board reboots and never comes up in the mode",
        5,
        "was not reached after",
        NOTHING,
    ),
    _special(
        "busy_after_a_reboot",
        "the board never comes to rest after the reboot that the run asked for",
        3,
        "load",
        NOTHING,
    ),
    _special("power_cut", "the power is cut while a job is measured", 0, "", FIGURE),
    _special(
        "state_file_damaged",
        "the file that says how the board was found is damaged",
        2,
        "state.json",
        NOTHING,
    ),
    _special("ctrl_c", "Ctrl-C or SIGTERM in any phase", 130, "the board is put back", REASON),
    _special(
        "two_runs_at_once",
        "a second run while one holds the device",
        4,
        "another run holds the device",
        NOTHING,
    ),
    _special("killed", "the run is killed by SIGKILL at any point", 0, "", FIGURE),
    _special("sampler_killed", "the process that samples power is killed", 0, "", FIGURE),
    _special(
        "disk_full", "the disk is full when the journal is written", 2, "the disk is full", REASON
    ),
    _special("read_only", "the file system becomes read-only", 2, "read-only", NOTHING),
    _special("journal_torn", "the last line of the journal is half written", 0, "", FIGURE),
    _special(
        "journal_damaged", "a line in the middle of the journal is damaged", 2, "line", NOTHING
    ),
    _special(
        "model_changed", "the model is another file when the run goes on", 2, "changed", NOTHING
    ),
    _special("engine_damaged", "an engine in the cache is damaged", 0, "", FIGURE),
    _special("clock_jumps", "the time of day jumps by hours back and forth", 0, "", FIGURE),
    _special(
        "mode_never_was_in_force_by_hand",
        "a run made by hand is called 30W, its log of tegrastats shows otherwise",
        3,
        "12 CPUs online",
        REASON,
    ),
    _special(
        "tegrastats_without_root",
        "a log of tegrastats without the fields that only root sees",
        0,
        "",
        FIGURE,
    ),
)

FAULTS: dict[str, Fault] = {fault.name: fault for fault in _TABLE}
