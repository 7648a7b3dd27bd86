"""What the journal says of one job, and what is left to do of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from measure.results.pairs import ENDURANCE

if TYPE_CHECKING:
    from measure.journal.journal import Journal
    from measure.run.jobs import Extras, Job

FAILED, REFUSED, INTERRUPTED = "failed", "refused", "interrupted"


class JobRecords:
    """The records of a job, read anew whenever they are asked for.

    Parameters
    ----------
    journal
        Of the run.
    job
        Whose records.
    extras
        What is to be measured besides the pairs.
    """

    def __init__(self, journal: Journal, job: Job, extras: Extras) -> None:
        self.job = job
        self.extras = extras
        self._journal = journal

    def _of_type(self, kind: str) -> list[dict[str, Any]]:
        return [
            one
            for one in self._journal.records
            if one["type"] == kind and one["job"] == self.job.job
        ]

    @property
    def segments(self) -> list[dict[str, Any]]:
        """Segments of the job so far."""
        return self._of_type("segment")

    def of_role(self, role: str, *, valid: bool = False) -> list[dict[str, Any]]:
        """Return the segments of one role, or the valid ones only."""
        return [one for one in self.segments if one["role"] == role and (one["valid"] or not valid)]

    @property
    def stop_record(self) -> dict[str, Any] | None:
        """How the pairs ended; None while some are left to measure."""
        stops = (one for one in self._of_type("stop") if one["why"] != INTERRUPTED)
        return next(stops, None)

    @property
    def endurances(self) -> list[dict[str, Any]]:
        """The long loads so far, without those that the user broke off."""
        return [
            one
            for one in self.of_role(ENDURANCE)
            if INTERRUPTED not in {reason["code"] for reason in one["reasons"]}
        ]

    @property
    def endurance_given_up(self) -> str | None:
        """Why there is no long load that counts; None as long as there may be one."""
        return next((str(one["text"]) for one in self._of_type(ENDURANCE)), None)

    @property
    def wants_endurance(self) -> bool:
        """Whether the pairs are done and the long load is left to measure."""
        stop = self.stop_record
        if not self.extras.endurance or stop is None or stop["why"] in (FAILED, REFUSED):
            return False
        is_done = any(one["valid"] for one in self.endurances)
        return not is_done and self.endurance_given_up is None

    @property
    def is_left(self) -> bool:
        """Whether anything is left to do."""
        return self.stop_record is None or self.wants_endurance
