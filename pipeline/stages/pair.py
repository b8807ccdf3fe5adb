"""Pair: which widget of a form's original each zone of its template stands for, and how far the zone lies beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pipeline.domain.exam import Against, Gauged
from pipeline.domain.fillable import FillableForm, FormWidget, PairedWidget, WidgetKind
from pipeline.domain.template import Template, Zone

_REACH_MM = 6.0  # a zone that lies farther from every widget is none of the original's
_SLACK_MM = 0.3
_BOXES = frozenset({WidgetKind.CHECK, WidgetKind.RADIO})


def pair(template: Template, form: FillableForm) -> tuple[PairedWidget, ...]:
    """Return each zone with the widget of its kind that lies nearest; zones that none lies near are left out."""
    nth = tuple(_nth(form))
    found = []
    for field in template.fields:
        zones = [(None, zone) for zone in field.zones] + [(option.value, option.zone) for option in field.options]
        for value, zone in zones:
            near = [one for one in nth if (one[1].kind in _BOXES) is (value is not None) and _far(zone, one[1]) < _REACH_MM]
            if near:
                number, widget = min(near, key=lambda one: _far(zone, one[1]))
                found.append(PairedWidget(field.key, value, zone, widget, number))
    return tuple(found)


def beside(paired: PairedWidget) -> Gauged:
    """Return how far a zone would have to be moved to lie within its widget, or with it where it is the larger."""
    zone, widget = paired.zone.rect, paired.widget.zone.rect
    across = _way((zone.x, zone.width), (widget.x, widget.width))
    down = _way((zone.y, zone.height), (widget.y, widget.height))
    return Gauged(paired.key, paired.option, paired.zone.sheet, across, down, Against.WIDGET)


def _nth(form: FillableForm) -> Iterator[tuple[int, FormWidget]]:
    """Give every widget with how many of its name come before it."""
    seen: Counter[str] = Counter()
    for widget in form.widgets:
        yield seen[widget.name], widget
        seen[widget.name] += 1


def _far(zone: Zone, widget: FormWidget) -> float:
    if zone.sheet != widget.zone.sheet:
        return float("inf")
    here, there = zone.rect.centre, widget.zone.rect.centre
    return max(abs(here[0] - there[0]), abs(here[1] - there[1]))


def _way(zone: tuple[float, float], widget: tuple[float, float]) -> float:
    start, size = zone
    first, last = widget[0] - _SLACK_MM, widget[0] + widget[1] + _SLACK_MM
    if size > last - first:
        return widget[0] + widget[1] / 2 - start - size / 2
    return max(0.0, first - start) or min(0.0, last - start - size)
