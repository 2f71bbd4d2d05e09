import pytest

from gse_skills.sandbox import jobs


@pytest.mark.parametrize("name", jobs.JOBS)
def test_each_job_is_there(name: str) -> None:
    assert callable(jobs.load(name))


def test_nothing_but_the_table_names_code() -> None:
    with pytest.raises(KeyError):
        jobs.load("os:system")
