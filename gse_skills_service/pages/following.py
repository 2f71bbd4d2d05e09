"""What comes next of an application, in words for whoever applied: who decides, where it shows and how to follow it."""

from __future__ import annotations

from gse_skills.opportunity import Application, Stage, StepRole
from gse_skills_service.pages.wording import day


def next_words(found: Application, host: str, home: str) -> tuple[str, ...]:
    """What comes next, a sentence or two each; nothing once it is over. `host` and `home` are the names of the
    organisations that offer it and that let somebody go."""
    one, opportunity = found.participation, found.opportunity
    if one.stage.over:
        return ()
    where = "Nobody sends you a message: what was said and done stands on this page, which you find under Applications."
    ask = f"Questions go to {opportunity.contact}."
    if one.stage is Stage.STARTED:
        done = (
            "Once it is finished a steward records that, and this page shows whether the levels that it develops moved."
        )
        return (done, where, ask)
    out = "You can withdraw at any time; both sides see that you did, and the reason if you give one."
    if one.stage is Stage.AGREED:
        agreed = f"It is agreed, and is to start on {day(opportunity.starts)}. A steward records when it has started."
        return (agreed, where, ask, out)
    names = {StepRole.HOST_STEWARD: host, StepRole.RELEASING_STEWARD: home}
    left = [names[side] for side in one.sides if side not in one.agreed]
    decide = f"The stewards of {' and those of '.join(left)} decide. To decline they have to give a reason."
    return (decide, where, ask, out)
