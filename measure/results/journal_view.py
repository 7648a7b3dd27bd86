"""What a journal says of a run, its jobs and their parts."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Mapping, Sequence

from measure.errors import UserError
from measure.results.pairs import rails_of
from measure.tables import read_table

Record = Mapping[str, Any]

_DEFAULT_FIRST = 8
"""Pairs of the protocol, for a journal that does not say."""


class JournalView:
    """The records of one run, by what they are about.

    Parameters
    ----------
    records
        All records of the run's journal, in order.
    """

    def __init__(self, records: Sequence[Record]) -> None:
        self.records = records
        runs = self.of_type("run")
        if not runs:
            raise UserError("the journal has no record of a run; it was ended before it began")
        self.run = runs[0]
        self.key = str(self.run["run"])
        self.rails = rails_of(self.run)

    def of_type(self, kind: str) -> list[Record]:
        """Return the records of one type."""
        return [record for record in self.records if record["type"] == kind]

    @cached_property
    def jobs(self) -> list[Record]:
        """The jobs of all plans, each once."""
        found = {job["job"]: job for plan in self.of_type("plan") for job in plan["jobs"]}
        return list(found.values())

    def segments(self, job: str) -> list[Record]:
        """Return the segments of a job in the order they ran."""
        own = [one for one in self.of_type("segment") if one["job"] == job]
        return sorted(own, key=lambda one: int(one["segment"]))

    def last(self, kind: str, job: str) -> Record | None:
        """Return the last record of a type about a job."""
        found = [one for one in self.of_type(kind) if one.get("job") == job]
        return found[-1] if found else None

    def builds(self, job: Record) -> list[Record]:
        """Return the engines of a job, each once and as it was first had; the DLA's first."""
        return sorted(
            (one for one in self.all_builds if job["job"] in one["jobs"]),
            key=lambda one: 0 if engine_of_build(one, job) == "dla" else 1,
        )

    @cached_property
    def all_builds(self) -> list[Record]:
        """The builds of the run, each once, with the jobs that use it as "jobs".

        A build that a resumed run took from the cache stays what it was when it was built; one
        that failed first and was had later counts as had.
        """
        found: dict[str, dict[str, Any]] = {}
        for record in self.of_type("build"):
            key = record["build"]
            jobs = [*found.get(key, {"jobs": []})["jobs"], record.get("job")]
            if key not in found or found[key]["outcome"] == "failed":
                found[key] = dict(record)
            found[key]["jobs"] = jobs
        return list(found.values())

    @property
    def first_pairs(self) -> int:
        """Pairs whose scatter decided about the number of all."""
        settings = self.settings
        return max(2, int(settings.get("min_pairs") or _DEFAULT_FIRST))

    @property
    def settings(self) -> Mapping[str, Any]:
        """The settings that a plan wrote down."""
        found = [plan["settings"] for plan in self.of_type("plan") if plan.get("settings")]
        return found[-1] if found else {}

    def job(self, key: str) -> Record | None:
        """Return a job by its key."""
        return next((job for job in self.jobs if job["job"] == key), None)


def engine_of_build(build: Record, job: Record) -> str:
    """Return the engine that a build is for."""
    if build.get("engine"):
        return str(build["engine"])
    words = [str(word) for word in build.get("command") or ()]
    is_dla = any(word.startswith("--useDLACore") for word in words)
    return "dla" if is_dla else str(job["engine"]).split("+")[0]


def network_key(name: str) -> str:
    """Return the name if it is that of a reference network, else nothing."""
    return name if name in {row["network"] for row in read_table("reference/networks")} else ""
