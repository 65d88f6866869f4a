"""What the ledger does takes as long for the last record of a big file as for the first."""

from pathlib import Path

from journeyai.batch.items import Portion
from journeyai.batch.ledger import Ledger
from journeyai.batch.work import Outcome
from journeyai.settings import SourceSettings

RECORDS = 1500


def test_recording_one_more_record_does_not_look_through_its_file(tmp_path: Path) -> None:
    steps = [0]

    def count() -> int:
        steps[0] += 1
        return 0

    took: list[int] = []
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        # SQLite calls it after so many instructions of its own: a measure that no other process changes.
        ledger._connection.set_progress_handler(count, 10)
        ledger.begin()
        for _ in range(2):
            for number in range(RECORDS):
                before = steps[0]
                portion = Portion(
                    number, "big.csv", "hash", None, (), SourceSettings(), first=number, total=RECORDS
                )
                outcome = Outcome(str(number), f"key-{number}", "{}", "model" if number % 7 == 0 else None)
                ledger.record(portion, [outcome], "method", "file")
                took.append(steps[0] - before)
    # Also when all of the file has been worked on once.
    assert sum(took[-100:]) < 2 * sum(took[:100])
