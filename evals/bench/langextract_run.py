"""Run by the interpreter that has langextract, which need not be ours: texts on stdin, what it extracted on stdout."""

import json
import sys
import warnings

warnings.filterwarnings("ignore")

import langextract as lx  # noqa: E402
from langextract.providers.openai import OpenAILanguageModel  # noqa: E402

DESCRIPTION = (
    "Extract what customers say for a customer journey map, in order of appearance: pain points, delights, needs, and "
    "also actions, questions, expectations, motivations, touchpoints, technical limits and what happens back stage. "
    "Use the exact text; do not paraphrase. Give each its theme in 3 to 10 words, its stage (discovery, consideration, "
    "purchase, onboarding, use, support, loyalty), valence (-2 to 2), emotion and channel."
)


def _shown(lane: str, text: str, theme: str, valence: str, emotion: str) -> "lx.data.Extraction":
    told = {"theme": theme, "stage": "use", "valence": valence, "emotion": emotion, "channel": "courier"}
    return lx.data.Extraction(extraction_class=lane, extraction_text=text, attributes=told)


EXAMPLE = lx.data.ExampleData(
    text="It came a day early, lovely. But the box was soaked. Could you let me choose the hour?",
    extractions=[
        _shown("delight", "It came a day early, lovely.", "Delivery comes early", "2", "joy"),
        _shown("pain_point", "But the box was soaked.", "Parcels arrive damaged", "-1", "disappointment"),
        _shown("need", "Could you let me choose the hour?", "Choose the delivery hour", "0", "neutral"),
    ],
)


def main() -> None:
    """Extract from every text."""
    asked = json.load(sys.stdin)
    model = OpenAILanguageModel(model_id="oracle", api_key="none", base_url=asked["base_url"], max_workers=8)
    documents = [lx.data.Document(text=text, document_id=str(n)) for n, text in enumerate(asked["texts"])]
    found = lx.extract(
        documents,
        prompt_description=DESCRIPTION,
        examples=[EXAMPLE],
        model=model,
        show_progress=False,
        max_workers=8,
    )
    quotes = [
        [int(str(told.document_id)), item.extraction_text]
        for told in found
        for item in told.extractions or ()
    ]
    json.dump(quotes, sys.stdout)


if __name__ == "__main__":
    main()
