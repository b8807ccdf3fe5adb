"""What confidences are worth: gathers how readings proved right on held-back specimens, and writes the calibration.

    python -m benchmarks.calibrating gather --count 400 --seed 9001 --out FILE.jsonl     specimens of our own drawing
    python -m benchmarks.calibrating write FILE.jsonl… [--log DIR/readings.jsonl…]       and of `benchmarks.reading`

Gathering goes on where it was stopped. What is written counts fields that nobody would be sent to for another reason than
their confidence: those are what a bar on confidence decides about.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import random
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

os.environ["OMP_THREAD_LIMIT"] = "1"

from benchmarks.reading.answering import Answer
from benchmarks.reading.sitting import OURS
from benchmarks.reading.table import is_right, truth_of
from pipeline.domain.calibration import Calibration
from pipeline.domain.checking import CheckContext
from pipeline.domain.form import Form, FormPage
from pipeline.domain.library import Library
from pipeline.domain.placement import Placed
from pipeline.domain.policy import CheckPolicy, ParsePolicy, PlacePolicy
from pipeline.domain.reading import Clip, Reader
from pipeline.domain.record import OF_CONFIDENCE
from pipeline.domain.scan import Page, PageId
from pipeline.domain.template import Field, FieldKind, Template
from pipeline.domain.value import to_json
from pipeline.drawing import digital
from pipeline.drawing.files import Format
from pipeline.drawing.printing import fillable
from pipeline.drawing.specimens import Wish, draw, said
from pipeline.drawing.story import tell
from pipeline.edges import calibration, catalogue, lexicon, library, parser, towns
from pipeline.readers.eyes import eyes, look
from pipeline.stages.build import build
from pipeline.stages.calibrate import Told, calibrate
from pipeline.stages.check import check
from pipeline.stages.cut import cut, join
from pipeline.stages.place import place

TODAY = dt.date(2026, 11, 23)
BAR, LEVEL = 0.005, 0.95
# What a scanner, a copier and a desk do to paper, at 200 to 300 dpi; every specimen gets one of these, most a scanner's.
DAMAGES = (
    "scanner",
    "scanner",
    "scanner",
    "copier",
    "dpi,rotate,scale,shift,blur,noise,bilevel",
    "dpi,rotate,shift,blur,noise,jpeg,streaks",
    "dpi,rotate,shift,blur,noise,jpeg,stamp,holes",
    "dpi,rotate=6,scale,edges,blur,noise,jpeg",
)
STYLES = ("print", "mixed", "mixed", "hand", "text layer", "widgets")


def specimen(template: Template, rng: random.Random) -> tuple[bytes, str, dict[str, object]]:
    """Draw a form: its file, the file's ending, and what it says."""
    style = rng.choice(STYLES)
    seed = rng.randrange(2**31)
    if style in ("text layer", "widgets"):
        filled = digital.fitted(template, tell(template, random.Random(seed)))
        data = fillable(template, filled.values) if style == "widgets" else digital.typeset(template, filled)
        return data, "pdf", dict(said(filled)["fields"])
    made = next(iter(draw(template, Wish(1, seed, style, rng.choice(DAMAGES), Format.TIFF))))
    return made.data, made.ending, dict(made.truth["fields"])


def sat(path: Path, template: Template, known: Library) -> tuple[Form, tuple[Clip, ...]] | None:
    """Return the form in a file with its clips, None when a page of it was refused or taken for another."""
    pages, clips = [], []
    for page in parser.pages(path, ParsePolicy()):
        lies = place(page, known, PlacePolicy()) if isinstance(page, Page) else None
        if not isinstance(page, Page) or not isinstance(lies, Placed) or lies.identification.id != template.id:
            return None
        pages.append(FormPage(PageId("0" * 64, page.number), lies))
        clips.extend(cut(page, lies, known))
    return Form("0000-0000", template.name, template.version, tuple(pages)), join(clips)


def _is_line(field: Field) -> bool:
    return not field.is_boxes and field.comb is None and field.kind is not FieldKind.SIGN


def judged(
    form: Form, clips: Sequence[Clip], template: Template, readers: Sequence[Reader]
) -> Iterator[tuple[str, tuple[str, float, object, bool]]]:
    """Yield each field's key with (group, raw confidence, value, whether only its confidence sends anybody to it)."""
    readings = look(clips, readers)
    draft = build(form, readings, template, TODAY)
    context = CheckContext(CheckPolicy(), catalogue.load(), TODAY, readings, form, towns.load())
    findings = check(draft, template, context)
    for asked in template.fields:
        field = draft.field(asked.key)
        why = {finding.kind for finding in findings if finding.key == asked.key}
        yield asked.key, (field.group, round(field.raw, 7), to_json(field.value), why <= OF_CONFIDENCE)


def gather(count: int, seed: int, out: Path, lines: bool) -> None:
    """Draw and read forms until the file holds `count` lines, one a form; with `lines` or without, as those cost most."""
    known = library.load(library.search_path(()))
    have = len(out.read_text(encoding="utf-8").splitlines()) if out.is_file() else 0
    with tempfile.TemporaryDirectory() as folder, out.open("a", encoding="utf-8") as file:
        readers = eyes(Path(folder), lexicon.load())
        for number in range(have, count):
            rng = random.Random(f"calibrating/{seed}/{number}")
            template = known.templates[number % len(known.templates)]
            data, ending, truth = specimen(template, rng)
            path = Path(folder) / f"form.{ending}"
            path.write_bytes(data)
            seen = sat(path, template, known)
            form, clips = seen if seen is not None else (None, ())
            read = [clip for clip in clips if lines or not _is_line(clip.field)]
            told = judged(form, read, template, readers) if form is not None else ()
            keys = {clip.field.key for clip in read}
            rows = [[group, raw, value == truth[key]] for key, (group, raw, value, open_) in told if open_ and key in keys]
            file.write(json.dumps({"seed": seed, "form": number, "rows": rows}) + "\n")
            file.flush()
            if number % 10 == 9:
                print(f"{number + 1} of {count}", file=sys.stderr)


def gathered(path: Path) -> Iterator[tuple[str, Told]]:
    """Yield what a gathered file tells, by group."""
    for line in path.read_text(encoding="utf-8").splitlines():
        for group, raw, right in json.loads(line)["rows"]:
            yield group, (float(raw), bool(right))


def logged(path: Path) -> Iterator[tuple[str, Told]]:
    """Yield what the log of `benchmarks.reading` tells of the whole, by group; its last word on a form counts."""
    truths, answers = {}, {}
    for line in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        if line["part"] != "open":
            raise SystemExit(f"{path}: the sealed part is for the last measurement only")
        if line["who"] == "drawn":
            truths[line["form"]] = {row[0]: truth_of(row) for row in line["told"]["truths"]}
        elif line["who"] == OURS:
            answers[line["form"]] = [Answer.of_row(row) for row in line["told"]["answers"][OURS]]
    for form, them in answers.items():
        for answer in them:
            if answer.group and set(answer.why) <= OF_CONFIDENCE:
                yield answer.group, (answer.raw, is_right(truths[form][answer.key], answer))


def main() -> None:
    """Run by the command line."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ways = asked.add_subparsers(dest="way", required=True)
    gathering = ways.add_parser("gather")
    gathering.add_argument("--count", type=int, required=True, help="how many forms the file shall hold")
    gathering.add_argument("--seed", type=int, required=True)
    gathering.add_argument("--out", type=Path, required=True)
    gathering.add_argument("--without-lines", action="store_true", help="combs, boxes and signatures only")
    writing = ways.add_parser("write")
    writing.add_argument("files", type=Path, nargs="*", help="files that were gathered")
    writing.add_argument("--log", type=Path, action="append", default=[], help="logs of benchmarks.reading")
    writing.add_argument("--out", type=Path, default=calibration.SHIPPED)
    arguments = asked.parse_args()
    if arguments.way == "gather":
        gather(arguments.count, arguments.seed, arguments.out, not arguments.without_lines)
        return
    told: dict[str, list[Told]] = defaultdict(list)
    for rows in (*map(gathered, arguments.files), *map(logged, arguments.log)):
        for group, one in rows:
            told[group].append(one)
    source = (
        f"drawn specimens: {len(arguments.files)} gathered files, {len(arguments.log)} logs of the benchmark's open part"
    )
    today = dt.datetime.now(dt.UTC).date().isoformat()
    made = Calibration(calibrate(told, BAR, LEVEL), today, source, BAR, LEVEL, calibration.load().visibility)
    arguments.out.write_text(calibration.dump(made), encoding="utf-8")
    for group, worth in sorted(made.groups.items(), key=lambda one: -one[1].n):
        stands = "never" if worth.least > 1 else f"from {worth.least:.4f}"
        print(f"{worth.n:6d} read, {worth.wrong:4d} wrong, stands {stands:12s} {group}")


if __name__ == "__main__":
    main()
