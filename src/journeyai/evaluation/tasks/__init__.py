"""The parts of the benchmark.  To add one, write a module with a `TASK` and add a line to `TASKS`."""

from difflib import get_close_matches
from importlib import import_module
from typing import Final

from journeyai.errors import SettingsError
from journeyai.evaluation.task import Task

#: Name → where the task lives, in the order they are run and reported.
TASKS: Final = {
    "maps": "journeyai.evaluation.tasks.maps:TASK",
    "search": "journeyai.evaluation.tasks.search:TASK",
    "questions": "journeyai.evaluation.tasks.questions:TASK",
    "learning": "journeyai.evaluation.tasks.learning:TASK",
    "controls": "journeyai.evaluation.tasks.controls:TASK",
    "adversarial": "journeyai.evaluation.tasks.adversarial:TASK",
    "injection": "journeyai.evaluation.tasks.injection:TASK",
    "privacy": "journeyai.evaluation.tasks.privacy:TASK",
    "edits": "journeyai.evaluation.tasks.edits:TASK",
    "summaries": "journeyai.evaluation.tasks.summaries:TASK",
    "public": "journeyai.evaluation.tasks.public:TASK",
}


def load_task(name: str) -> Task:
    """Return the task called *name*.

    Raises:
        SettingsError: there is none.
    """
    if name not in TASKS:
        near = get_close_matches(name, TASKS, 1)
        raise SettingsError(
            f"There is no task `{name}`.",
            f"Did you mean `{near[0]}`?" if near else f"There are: {', '.join(TASKS)}.",
        )
    module, _, attribute = TASKS[name].partition(":")
    task: Task = getattr(import_module(module), attribute)
    return task
