"""The desk: a reviewer at work on one form after another, every key's effect done in the world before it is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from pipeline.domain.disease import Identity, identity
from pipeline.domain.notification import Barred, Blocked
from pipeline.domain.reading import Clip
from pipeline.domain.record import Open
from pipeline.domain.review import Lease, Said, VerdictKind, kept, standing
from pipeline.domain.value import NOTHING, Value
from pipeline.jobs import review
from pipeline.jobs.facts import disease_of
from pipeline.jobs.office import Office
from pipeline.jobs.review import Done, Opened
from pipeline.station import words
from pipeline.station.ask import Ask, ask, asks
from pipeline.station.effects import (
    CloseForm,
    Effect,
    GiveVerdict,
    Hand,
    Next,
    OpenPicture,
    PassOn,
    Previous,
    Quit,
    RenewLease,
    Reveal,
    Settle,
    Undo,
)
from pipeline.station.handing import NOTE_LENGTH
from pipeline.station.line import Typed
from pipeline.station.pictures import Picture, picture, png
from pipeline.station.press import picks, press
from pipeline.station.sender import CONTACT, TELLER_LENGTH
from pipeline.station.state import Mode, Notice, Station, View, barred, later, opened, saved, typing
from pipeline.words import _, current

Viewer = Callable[[bytes], bool]


class Desk:
    """One reviewer's place. `station` is None while no form is in hand; `said` is what happened last, in words."""

    def __init__(self, office: Office, reviewer: str, viewer: Viewer | None = None, *, handed_up: bool = False) -> None:
        """Work in an office as a reviewer, or as a supervisor on what was handed up.

        `viewer` opens a picture outside the terminal and tells whether it could.
        """
        self._handed_up = handed_up
        self._office = office
        self._reviewer = reviewer
        self._viewer = viewer
        self._opened: Opened | None = None
        self._clips: tuple[Clip, ...] = ()
        self._passed: list[str] = []
        self.station: Station | None = None
        self.said = ""
        self.settled = 0
        self.closed = 0

    def open(self, form: str | None = None) -> bool:
        """Take a form, or the most urgent free one that was not passed by; False when there is none to take."""
        taken = self._take(form)
        if taken is None:
            self._opened, self.station, self._clips = None, None, ()
            return False
        station = self._show(taken)
        if not station.done:
            return True
        # Every field was answered before, but the form did not go on: it does now.
        return self._pass_on() if station.others_turn else self._settle(frozenset())

    def press(self, key: str) -> bool:
        """Let a key have its effect; False when the reviewer leaves or nothing is waiting any more."""
        if self.station is None:
            return False
        before = self.station
        self.said = ""
        after, effects = press(later(before, self._office.now()), key)
        self.station = after
        for effect in effects:
            if self.station is None or self.station.task.form != before.task.form:
                break
            if not self._do(effect, before):
                return False
        return True

    def write(self, text: str) -> bool:
        """Answer the field in front with a whole line of text, as if it were typed and Enter pressed."""
        if self.station is None:
            return False
        if self.station.mode in (Mode.TELLER, Mode.NOTE):
            limit = TELLER_LENGTH if self.station.mode is Mode.TELLER else NOTE_LENGTH
            self.station = replace(self.station, typed=Typed(text[:limit]))
        elif (self.station.telling or not self.station.covered) and not self.station.ask.is_choice:
            self.station = typing(self.station, text[: self.station.ask.limit])
        return self.press("enter")

    def wait_for_a_line(self) -> None:
        """Stop typing key by key, as Esc does, but leave a covered field shown until it is answered or left."""
        if self.station is not None and self.station.mode is Mode.TYPE:
            self.station = replace(self.station, mode=Mode.LOOK, typed=Typed())

    def tick(self) -> None:
        """Let time pass on the clock that is shown."""
        if self.station is not None:
            self.station = later(self.station, self._office.now())

    def ticked(self) -> tuple[str, ...]:
        """Return the choices ticked just now in the field in front."""
        return picks(self.station) if self.station is not None else ()

    def look(self, view: View) -> None:
        """Look at the picture so, when its edges forbid what was asked for."""
        if self.station is not None:
            self.station = replace(self.station, view=view)

    def picture(self) -> Picture | None:
        """Return the picture of the field in front; covered where nothing of it may be shown."""
        if self.station is None:
            return None
        return picture(self.station.ask, self._clips, covered=self.station.covered)

    def look_outside(self) -> bool:
        """Open the picture of the field in front in the viewer; False when there is none or it could not."""
        shown = self.picture()
        return shown is not None and self._viewer is not None and self._viewer(png(shown.raster))

    def leave(self) -> None:
        """Give the form in hand back; what was answered stays."""
        if self.station is not None:
            review.leave(self._office, self.station.lease)
        self._opened, self.station, self._clips = None, None, ()

    def _take(self, form: str | None) -> Opened | None:
        taken = review.take(self._office, self._reviewer, form, self._passed, self._handed_up)
        if taken is None and form is None and self._passed:
            # Only what was passed by is left: begin with it again.
            self._passed.clear()
            return review.take(self._office, self._reviewer, handed_up=self._handed_up)
        return taken

    def _show(self, taken: Opened) -> Station:
        self._opened = taken
        asked = asks(taken.template, taken.draft, taken.findings, coded(self._office, taken), taken.blind)
        self._clips = review.clips(self._office, taken.lease, [one.key for one in asked])
        heading = _heading(self._office, taken)
        station = Station(taken.task, asked, taken.lease, self._office.now(), heading, len(taken.template.fields))
        station = replace(station, others=taken.others, contact=_contact(taken), notes=taken.notes)
        self.station = opened(station, kept(taken.reviews))
        return self.station

    def _do(self, effect: Effect, before: Station) -> bool:
        """Do one effect; False when the desk is left."""
        match effect:
            case GiveVerdict(said):
                return self._keep(partial(review.give, said=said), before)
            case Undo(key):
                return self._keep(partial(review.give, said=Said(key, VerdictKind.UNDO, NOTHING)), before)
            case RenewLease():
                return self._keep(review.renew, before)
            case Settle(let_go):
                return self._settle(let_go)
            case PassOn():
                return self._pass_on()
            case Reveal(key):
                review.reveal(self._office, before.lease, key)
            case OpenPicture():
                self._say_opened(self.look_outside())
            case CloseForm() | Hand() | Next() | Previous() | Quit():
                return self._go(effect)
        return True

    def _say_opened(self, could: bool) -> None:
        self.said = _("Opened in the viewer.") if could else _("No viewer could be opened; BLANKETT_VIEWER names one.")

    def _keep(self, keep: Callable[..., object], before: Station) -> bool:
        """Keep something under the lease, and show when."""
        if self.station is None:
            return False
        lease = self._held(keep, before.lease)
        if not isinstance(lease, type(before.lease)):
            self.said = words.notice(Notice.LEASE_LOST)
            return self.open()
        self.station = saved(self.station, self._office.now(), lease)
        return True

    def _held(self, act: Callable[..., object], lease: Lease) -> object:
        """Do something under a lease; when it was lost, take it anew if nobody else has, and do it then."""
        done = act(self._office, lease)
        again = None if done else review.take(self._office, self._reviewer, lease.form)
        return act(self._office, again.lease) if again is not None else done

    def _settle(self, let_go: frozenset[str]) -> bool:
        if self.station is None or self._opened is None:
            return False
        done = review.settle(self._office, self.station.lease, let_go)
        if isinstance(done, Barred):
            self.station = barred(self.station, done, self._again(done))
            self._clips = review.clips(self._office, self.station.lease, [one.key for one in self.station.asks])
            return True
        if isinstance(done, Open):
            return self.open(self.station.task.form)
        self.said = words.notice(Notice.LEASE_LOST) if done is None else _settled_words(done)
        self.settled += isinstance(done, Done)
        self.station = None
        return self.open()

    def _pass_on(self) -> bool:
        """Leave the form to somebody else, who keys what is left too, and open the next."""
        if self.station is None:
            return False
        form, passed = self.station.task.form, review.pass_on(self._office, self.station.lease)
        self.said = _("{form} waits for somebody else to key what you keyed.").format(form=form)
        if not passed:
            self.said = words.notice(Notice.LEASE_LOST)
        self.station = None
        return self.open()

    def _again(self, why: Barred) -> tuple[Ask, ...]:
        """Return the questions for fields that the law asks about, also where the machine was sure."""
        if self._opened is None:
            return ()
        template, draft = self._opened.template, self._opened.draft
        proposals = {proposal.key: proposal for proposal in draft.fields}
        covered = why.reason is Blocked.IDENTITY_VIOLATION
        blind = {} if covered else self._opened.blind
        found = [ask(template.field(key), proposals.get(key), (), covered, blind) for key in why.keys if template.has(key)]
        return tuple(replace(one, masked=covered) for one in found)

    def _go(self, effect: CloseForm | Hand | Next | Previous | Quit) -> bool:
        """Leave the form in hand for another, or for good."""
        if self.station is None:
            return False
        form, lease = self.station.task.form, self.station.lease
        if isinstance(effect, CloseForm):
            if review.close(self._office, lease, effect.ending):
                self.closed += 1
                self.said = words.closed(effect.ending)
            else:
                self.said = words.notice(Notice.LEASE_LOST)
            return self.open()
        if isinstance(effect, Hand):
            done = self._held(partial(review.hand, note=effect.note, up=effect.up), lease)
            self.said = words.handed(form, effect.up) if done else words.notice(Notice.LEASE_LOST)
            return self.open()
        self.leave()
        if isinstance(effect, Quit):
            return False
        if isinstance(effect, Previous):
            back = self._passed.pop() if self._passed else None
            return self.open(back or form) or self.open()
        self._passed.append(form)
        return self.open()


def _heading(office: Office, taken: Opened) -> str:
    """Return the disease a form is about, as far as it could be read, else the title of its template."""
    disease = disease_of(taken.draft, taken.template, office.catalogue)
    if disease is not None:
        return disease.name_sv if current() == "sv" else disease.name_en
    return taken.template.title if current() == "sv" else taken.template.title_en


def _contact(taken: Opened) -> dict[str, Value]:
    """Return what tells of a form whom to ring, as it was verified, else as the machine lets it stand."""
    verified = standing(taken.reviews)
    return {key: verified[key].value if key in verified else taken.draft.value(key) for key in CONTACT}


def _settled_words(done: Done) -> str:
    if done.barred is not None:
        return words.blocked(done.barred.reason)
    return _("{form} is settled and on its way.").format(form=done.form)


def coded(office: Office, taken: Opened) -> bool:
    """Tell whether a form's patient may be told of by code only, whichever of its diseases it is about."""
    found = (office.catalogue.get(code) for code in taken.template.diseases)
    rules: Sequence[Identity] = [identity(taken.template.kind, disease) for disease in found if disease is not None]
    return bool(rules) and all(rule is Identity.CODED for rule in rules)
