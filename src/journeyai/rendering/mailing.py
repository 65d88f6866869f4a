"""What became of questions that go to a vendor in batches, in sentences."""

from journeyai.model.batch import Mailing


def mailing_lines(mailing: Mailing, *, has_sent: bool) -> list[str]:
    """Return what a person should know, a line each.

    Args:
        mailing: what became of the questions.
        has_sent: whether this run was one that sends, and not only fetches.
    """
    lines = list(mailing.notices)
    if mailing.fetched:
        lines.append(f"{_count(mailing.fetched, 'answer')} came.")
    lines += [f"{_count(number, 'question')} {why}." for why, number in mailing.unanswered.items()]
    if mailing.sent:
        lines.append(
            f"{_count(mailing.sent, 'question')} sent to {mailing.model} at {mailing.host} in "
            f"{_count(mailing.sent_batches, 'batch', 'batches')}."
        )
    if mailing.waiting:
        cost = "" if mailing.most_usd is None else f", at most ${mailing.most_usd:,.2f}"
        lines.append(
            f"{_count(mailing.waiting, 'question')} in {_count(mailing.waiting_batches, 'batch', 'batches')} not "
            f"fetched yet ({mailing.answered:,} answered by now{cost}). Answers come within 24 hours, mostly much "
            "sooner: run the same command with --batch-api --collect then, today or another day."
        )
    if mailing.further and not has_sent:
        lines.append(
            f"{_count(mailing.further, 'further question')} to be sent: run the same command without --collect."
        )
    elif mailing.further:
        lines.append(f"{_count(mailing.further, 'question')} not sent yet: run the same command again.")
    return lines


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
