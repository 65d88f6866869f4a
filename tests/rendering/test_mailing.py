import pytest

from journeyai.model.batch import Mailing
from journeyai.rendering.mailing import mailing_lines


def mailing(**told: object) -> Mailing:
    nothing = {
        "model": "tiny", "host": "here", "fetched": 0, "unanswered": {}, "refused": (), "sent": 0, "sent_batches": 0,
        "waiting": 0, "waiting_batches": 0, "answered": 0, "further": 0, "most_usd": None,
    }  # fmt: skip
    return Mailing(**{**nothing, **told})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("told", "has_sent", "lines"),
    [
        ({}, True, []),
        ({"notices": ("Mind.",), "fetched": 1}, False, ["Mind.", "1 answer came."]),
        (
            {"unanswered": {"cancelled there": 1, "not answered in time": 1200}},
            False,
            ["1 question cancelled there.", "1,200 questions not answered in time."],
        ),
        (
            {"sent": 60_000, "sent_batches": 2, "waiting": 60_001, "waiting_batches": 3, "answered": 7},
            True,
            [
                "60,000 questions sent to tiny at here in 2 batches.",
                "60,001 questions in 3 batches not fetched yet (7 answered by now). Answers come within 24 hours, "
                "mostly much sooner: run the same command with --batch-api --collect then, today or another day.",
            ],
        ),
        ({"further": 2}, True, ["2 questions not sent yet: run the same command again."]),
        ({"further": 2}, False, ["2 further questions to be sent: run the same command without --collect."]),
    ],
    ids=["nothing", "notice", "unanswered", "sent", "not sent", "only fetched"],
)
def test_what_became_of_questions_is_told(told: dict[str, object], has_sent: bool, lines: list[str]) -> None:
    assert mailing_lines(mailing(**told), has_sent=has_sent) == lines
