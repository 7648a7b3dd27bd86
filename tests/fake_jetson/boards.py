"""What the boards of the fake are made of: names, ceilings, clusters, rails, releases."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Rail:
    """A measured supply: its label, its shunt, its volts and what flows when nothing runs.

    Parameters
    ----------
    dla_w, gpu_w
        What one DLA core at its ceiling, and the GPU at its ceiling, add.
    """

    label: str
    shunt_micro_ohm: int
    volts: float
    idle_w: float
    dla_w: float
    gpu_w: float


@dataclass(frozen=True)
class Board:
    """A module on its carrier.

    Parameters
    ----------
    clusters
        The CPUs of each cluster; each cluster has its own clock.
    chips
        The rails of each INA3221, by bus address.
    """

    module: str
    model: str
    compatible: tuple[str, ...]
    soc: str
    clusters: tuple[tuple[int, ...], ...]
    cluster_names: tuple[str, ...]
    tpcs: int
    dla_cores: int
    cpu_khz: int
    gpu_hz: int
    dla_hz: int
    falcon_hz: int
    emc_hz: int
    chips: dict[str, tuple[Rail | None, ...]]
    gpu_name: str = "Orin"
    compute: str = "8.7"
    sms: int = 16
    memory_mib: int = 62841
    modes: tuple[tuple[int, str, int, int, dict[str, float]], ...] = field(default=())
    """Modes of its own (id, name, CPUs, TPC mask, caps in MHz) where the tables have none."""

    @property
    def cpus(self) -> int:
        """Count the CPUs."""
        return sum(map(len, self.clusters))


def _agx_orin(module: str, number: str, cpus: int, memory_mib: int) -> Board:
    clusters = tuple(tuple(range(first, first + 4)) for first in range(0, cpus, 4))
    return Board(
        module=module,
        model="NVIDIA Jetson AGX Orin Developer Kit",
        compatible=(f"nvidia,p3737-0000+p3701-{number}", f"nvidia,p3701-{number}"),
        soc="tegra234",
        clusters=clusters,
        cluster_names=tuple(f"CPU_A78_{index}" for index in range(len(clusters))),
        tpcs=8 if cpus == 12 else 7,
        dla_cores=2,
        cpu_khz=2201600,
        gpu_hz=1300500000 if cpus == 12 else 930750000,
        dla_hz=1600000000,
        falcon_hz=844800000,
        emc_hz=3199000000,
        chips={
            "1-0040": (
                Rail("VDD_GPU_SOC", 2000, 19.72, 5.2, 1.6, 15.4),
                Rail("VDD_CPU_CV", 2000, 19.72, 0.8, 3.1, 0.7),
                Rail("VIN_SYS_5V0", 2000, 5.048, 4.5, 0.6, 1.5),
            ),
            "1-0041": (None, Rail("VDDQ_VDD2_1V8AO", 2000, 5.048, 0.7, 0.4, 0.9), None),
        },
        memory_mib=memory_mib,
    )


def _orin_nx(module: str, number: str, cpus: int, cores: int, memory_mib: int) -> Board:
    clusters = (tuple(range(4)), tuple(range(4, cpus)))
    return Board(
        module=module,
        model="NVIDIA Jetson Orin NX Engineering Reference Developer Kit",
        compatible=(f"nvidia,p3768-0000+p3767-{number}", f"nvidia,p3767-{number}"),
        soc="tegra234",
        clusters=clusters,
        cluster_names=("CPU_A78_0", "CPU_A78_1"),
        tpcs=4,
        dla_cores=cores,
        cpu_khz=1984000,
        gpu_hz=918000000,
        dla_hz=614400000,
        falcon_hz=294400000,
        emc_hz=3199000000,
        chips={
            "1-0040": (
                Rail("VDD_IN", 5000, 5.08, 5.4, 2.4, 9.6),
                Rail("VDD_CPU_GPU_CV", 5000, 5.08, 0.7, 1.7, 7.2),
                Rail("VDD_SOC", 5000, 5.08, 1.5, 0.4, 1.0),
            )
        },
        sms=8,
        memory_mib=memory_mib,
    )


BOARDS = {
    board.module: board
    for board in (
        _agx_orin("jetson-agx-orin-64gb", "0005", 12, 62841),
        _agx_orin("jetson-agx-orin-32gb", "0004", 8, 30697),
        _orin_nx("jetson-orin-nx-16gb", "0000", 8, 2, 15656),
        _orin_nx("jetson-orin-nx-8gb", "0001", 6, 1, 7620),
        Board(
            module="jetson-orin-nano-8gb",
            model="NVIDIA Jetson Orin Nano Developer Kit",
            compatible=("nvidia,p3768-0000+p3767-0003", "nvidia,p3767-0003"),
            soc="tegra234",
            clusters=((0, 1, 2, 3), (4, 5)),
            cluster_names=("CPU_A78_0", "CPU_A78_1"),
            tpcs=4,
            dla_cores=0,
            cpu_khz=1510400,
            gpu_hz=624750000,
            dla_hz=0,
            falcon_hz=0,
            emc_hz=2133000000,
            chips={
                "1-0040": (
                    Rail("VDD_IN", 5000, 5.08, 4.8, 0, 6.2),
                    Rail("VDD_CPU_GPU_CV", 5000, 5.08, 0.6, 0, 4.8),
                    Rail("VDD_SOC", 5000, 5.08, 1.4, 0, 0.7),
                )
            },
            sms=8,
            memory_mib=7620,
            modes=(
                (0, "15W", 6, 252, {"cpu": 1510.4, "gpu": 624.75}),
                (1, "7W", 4, 254, {"cpu": 960, "gpu": 408}),
            ),
        ),
        Board(
            module="jetson-agx-xavier",
            model="Jetson-AGX",
            compatible=("nvidia,p2972-0000", "nvidia,p2888-0001"),
            soc="tegra194",
            clusters=((0, 1), (2, 3), (4, 5), (6, 7)),
            cluster_names=tuple(f"CPU_CARMEL_{index}" for index in range(4)),
            tpcs=4,
            dla_cores=2,
            cpu_khz=2265600,
            gpu_hz=1377000000,
            dla_hz=1395200000,
            falcon_hz=819200000,
            emc_hz=2133000000,
            chips={
                "1-0040": (
                    Rail("GPU", 5000, 19.1, 0.3, 0.2, 12.0),
                    Rail("CPU", 5000, 19.1, 0.6, 0.2, 0.5),
                    Rail("SOC", 5000, 19.1, 1.2, 0.7, 1.1),
                ),
                "1-0041": (
                    Rail("CV", 5000, 19.1, 0.2, 2.6, 0.1),
                    Rail("VDDRQ", 5000, 19.1, 0.6, 0.8, 1.3),
                    Rail("SYS5V", 5000, 19.1, 2.2, 0.3, 0.5),
                ),
            },
            gpu_name="Xavier",
            compute="7.2",
            sms=8,
            memory_mib=30990,
        ),
        Board(
            module="jetson-agx-thor",
            model="NVIDIA Jetson AGX Thor Developer Kit",
            compatible=("nvidia,p3971-0089+p3834-0008", "nvidia,p3834-0008"),
            soc="tegra264",
            clusters=(tuple(range(14)),),
            cluster_names=("CPU",),
            tpcs=10,
            dla_cores=0,
            cpu_khz=2601000,
            gpu_hz=1575000000,
            dla_hz=0,
            falcon_hz=0,
            emc_hz=4266000000,
            chips={
                "2-0040": (
                    Rail("VDD_GPU", 2000, 19.9, 4.0, 0, 40.0),
                    Rail("VDD_CPU_SOC_MSS", 2000, 19.9, 9.0, 0, 6.0),
                    Rail("VIN_SYS_5V0", 2000, 5.05, 5.0, 0, 2.0),
                )
            },
            gpu_name="Thor",
            compute="11.0",
            sms=20,
            memory_mib=125772,
            modes=(
                (0, "MAXN", 14, 0, {}),
                (1, "120W", 14, 0, {"cpu": 2601, "gpu": 1386}),
            ),
        ),
    )
}


@dataclass(frozen=True)
class Release:
    """A release of Jetson Linux: what /etc/nv_tegra_release and dpkg say."""

    l4t: str
    jetpack: str
    cuda: str
    board: str


_RELEASES = (
    ("8.2", Release("32.7.1", "4.6.1-b110", "10.2", "t186ref")),
    ("8.4", Release("35.1.0", "5.0.2-b231", "11.4", "t186ref")),
    ("8.5", Release("35.3.1", "5.1.1-b56", "11.4", "t186ref")),
    ("8.6", Release("36.3.0", "6.0+b106", "12.2", "generic")),
    ("10.3", Release("36.4.3", "6.2+b77", "12.6", "generic")),
    ("10.13", Release("38.4.0", "7.1+b39", "13.0", "generic")),
    ("10.16", Release("39.2.0", "7.2+b12", "13.2", "generic")),
    ("11.", Release("39.3.0", "7.2.2+b8", "13.2", "generic")),
)


def release_of(tensorrt: str) -> Release:
    """Return the release of Jetson Linux a TensorRT came with."""
    return next(release for prefix, release in _RELEASES if tensorrt.startswith(prefix))
