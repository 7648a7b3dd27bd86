"""Lines of tegrastats written by hand, one or more for every release and board."""

from __future__ import annotations

ORIN = (
    "03-14-2026 10:20:30 RAM 5000/62000MB (lfb 90x4MB) SWAP 10/31000MB (cached 2MB) "
    "CPU [3%@1113,0%@1113,100%@2201,off] EMC_FREQ 9%@3199 GR3D_FREQ 12%@[408,306] NVENC off "
    "NVDEC 40%@115 NVDLA0 71%@1369 NVDLA1 off PVA0_FREQ off APE 174 cpu@51.25C soc2@48C "
    "gpu@-256C tj@52.5C VDD_GPU_SOC 4800mW/4700mW VDD_CPU_CV 2000mW/1900mW "
    "VIN_SYS_5V0 5100mW/5000mW"
)
TX1_28 = "RAM 900/3900MB (lfb 12x4MB) SWAP 1/8000MB (cached 3MB) cpu [9%,8%,off,6%]@518 EMC 2%@800"
TX1_RAILS = (
    "RAM 900/3900MB (lfb 12x4MB) IRAM 4/252kB(lfb 240kB) CPU [1%@102,off] EMC_FREQ 7%@408 "
    "GR3D_FREQ 0%@76 APE 25 AO@42.5C PMIC@100C VDD_IN 2500/2600 VDD_CPU 70/170 VDD_GPU 20/21"
)
XAVIER = (
    "RAM 9000/15000MB (lfb 3x2MB) CPU [5%@1190,6%@1190] EMC_FREQ 0% GR3D_FREQ 8%@318 APE 150 "
    "MTS fg 1% bg 2% GPU@37.5C CPU@38.5C GPU 0/0 CPU 311/320 SOC 1500/1490 CV 155/150 "
    "VDDRQ 620/610 SYS5V 2700/2690"
)
XAVIER_35 = (
    "[4%@1190,off] EMC_FREQ 0%@1331 GR3D_FREQ 0%@114 VIC_FREQ 115 APE 150 AUX@36C "
    "GPU 467mW/460mW CPU 466mW/465mW"
)
ORIN_35 = (
    "04-05-2024 01:02:03 RAM 1200/62000MB (lfb 150x4MB) CPU [off,7%@729]  EMC_FREQ 0%@2133 "
    "GR3D_FREQ 0%@0 GR3D2_FREQ 0%@0 VIC_FREQ 729 NVDLA0_FREQ @1600 CV0@-256C tj@42C "
    "VDD_GPU_SOC 2400mW/2400mW NC 0mW/0mW VDDQ_VDD2_1V8AO 300mW/290mW NC 0mW/0mW "
)
THOR_38 = (
    "01-02-2026 03:04:05 RAM 17000/125000MB (lfb 79x4MB) CPU [1%@972] GR3D_FREQ @[314,315,316] "
    "cpu@30C VDD_GPU 5mW/4mW VIN 16000mW/15900mW"
)
ORIN_39 = (
    "07-08-2026 09:10:11 RAM 2/6MB (lfb 1x512kB) CPU [2%@2201] GR3D_FREQ 12%@[1300,1300] "
    "NVENC0 off NVDLA0 off cpu@52.9C/52.1C VDD_IN 5100mW/5200mW/5300mW"
)
NO_RIGHTS = (
    "06-07-2025 11:22:33 RAM 3400/7600MB (lfb 25x4MB) CPU [1%@1420,2%@1420] GR3D_FREQ 16% "
    "cpu@50C VDD_IN 4800mW/4810mW VDD_CPU_GPU_CV 500mW/510mW VDD_SOC 1400mW/1410mW"
)
PADDED = (
    "RAM 29000/30000MB (lfb 3x4MB)    SWAP 4/15MB (cached 1MB) CPU [3%@729] NVENC      off  "
    "NVDLA0    off   cpu@53C   VDD_GPU_SOC 3200mW/3200mW  VDD_CPU_CV   4400mW/4400mW"
)

ALL = (
    ORIN,
    TX1_28,
    TX1_RAILS,
    XAVIER,
    XAVIER_35,
    ORIN_35,
    THOR_38,
    ORIN_39,
    NO_RIGHTS,
    PADDED,
)


def log_of(powers: list[float], *, per_second: int = 10, rails: bool = True) -> str:
    """Return a log of AGX Orin, one line per power in watts, on the rail of the GPU."""
    lines = []
    for number, watts in enumerate(powers):
        second = number // per_second
        lines.append(
            f"03-14-2026 10:{second // 60:02}:{second % 60:02} RAM 5000/62000MB (lfb 90x4MB) "
            "CPU [3%@729,0%@729] GR3D_FREQ 9%@[408,408] tj@50C"
            + rails
            * (
                f" VDD_GPU_SOC {round(watts * 1000)}mW/9mW VDD_CPU_CV 400mW/9mW"
                " VIN_SYS_5V0 4000mW/9mW"
            )
        )
    return "\n".join(lines) + "\n"
