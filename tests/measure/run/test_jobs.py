from __future__ import annotations

import json
from dataclasses import replace

from measure.run.jobs import Job
from tests.measure.run.stage import job


def test_key_follows_the_content() -> None:
    """Two jobs that differ in anything have different keys; the same job has the same."""
    first = job()

    assert first.job == job().job
    assert len(first.job) == 16
    assert len({job().job, job(batch=2).job, job(power_mode="30w").job, job("other").job}) == 4


def test_survives_the_journal() -> None:
    """What was stored comes back, also with keys of a later version."""
    made = job(engine="gpu+dla", cores=(0, 1))
    stored = json.loads(json.dumps({**made.as_dict(), "later": 1}))

    assert Job.from_dict(stored) == made


def test_instances_and_title() -> None:
    """Each DLA core and the GPU is a process of its own."""
    both = job(engine="gpu+dla", cores=(0, 1), power_mode="30w")

    assert both.instances == (("dla", 0), ("dla", 1), ("gpu", -1))
    assert job().instances == (("cpu", -1),)
    assert both.title == "net, GPU + DLA cores 0+1, fp32, dense, batch 1, 30w"
    assert replace(both, engine="dla", cores=(1,)).title.startswith("net, DLA core 1, ")
