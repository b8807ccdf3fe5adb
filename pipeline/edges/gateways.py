"""The door to a recipient over HTTP: one attempt, one answer that can be trusted or none.

Tested against this project's own reference recipient only. No public machine interface of SmiNet for clinical
notifications is known, so nothing here was ever tested against SmiNet.
"""

from __future__ import annotations

import datetime as dt
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import TracebackType

import httpx

from pipeline.domain.notification import Credential
from pipeline.domain.submission import Receipt, Refusal, RefusalCode, Submission, Unreachable
from pipeline.edges.gateway_answers import category, refused, taken
from pipeline.errors import DeliveryError

MAX_ANSWER = 1 << 20
CLINICAL = "klinisk"

# A no that counts: the recipient's own word on this notification. Any other failure is sent again later.
_NO = {
    400: RefusalCode.INVALID,
    403: RefusalCode.NOT_ALLOWED,
    409: RefusalCode.KEY_REUSED,
    413: RefusalCode.TOO_LARGE,
    415: RefusalCode.OTHER,
    422: RefusalCode.INVALID,
}
_YES = (200, 201)
_POINTLESS = {401: "recipient_unauthorised"}


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom we trust and who we are on the wire: the recipient's chain, and our own certificate with its key.

    Without `ca` the machine's own list is used. Files are PEM; the key's file should be 0600.
    """

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    def context(self) -> ssl.SSLContext:
        """Return the TLS settings: version 1.2 or later, host and chain always verified.

        Raises:
            DeliveryError: when a file cannot be used.
        """
        try:
            context = ssl.create_default_context(cafile=str(self.ca) if self.ca else None)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            if self.certificate:
                context.load_cert_chain(str(self.certificate), str(self.key) if self.key else None)
        except (OSError, ssl.SSLError) as error:
            raise DeliveryError("certificate_unusable", hint="certificate", cause=type(error).__name__) from error
        return context


@dataclass(frozen=True, slots=True)
class HttpRecipient:
    """Where a recipient is and how it is spoken to; `name` stands in idempotency keys and must never change.

    `token` is sent as a bearer token and never shown. A plain `http` address is for loopback only. Seconds to wait: to
    connect, for each piece of the answer, and for the whole of it.
    """

    name: str
    url: str
    credential: Credential
    trust: Trust = Trust()
    token: str | None = None
    connect_s: float = 5.0
    answer_s: float = 30.0
    whole_s: float = 90.0

    def __repr__(self) -> str:
        """Hide the token."""
        return f"HttpRecipient({self.name}, {self.url}, {self.credential})"


class HttpGateway:
    """A recipient that takes FHIR bundles by POST under an idempotency key.

    Redirects are not followed, proxies of the environment are not used, and no body is ever logged.
    """

    def __init__(self, settings: HttpRecipient) -> None:
        """Check the address and open the connections' pool.

        Raises:
            DeliveryError: when the address is no https address, loopback aside, or a certificate cannot be used.
        """
        url = httpx.URL(settings.url)
        if url.scheme != "https" and not (url.scheme == "http" and url.host in ("127.0.0.1", "localhost", "::1")):
            raise DeliveryError("recipient_not_https", hint="recipient")
        self._settings = settings
        self._client = httpx.Client(
            verify=settings.trust.context() if url.scheme == "https" else True,
            timeout=httpx.Timeout(settings.answer_s, connect=settings.connect_s),
            follow_redirects=False,
            trust_env=False,
        )

    def __enter__(self) -> HttpGateway:
        """Use the gateway for a while."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close the connections."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    @property
    def recipient(self) -> str:
        """Return the recipient's name as it stands in idempotency keys."""
        return self._settings.name

    @property
    def credential(self) -> Credential:
        """Return how we are logged in."""
        return self._settings.credential

    def send(self, submission: Submission) -> Receipt | Refusal | Unreachable:
        """Hand a submission over once, and return the recipient's yes, its no, or that no answer can be trusted.

        A body that is not a clinical notification leaves by a person's credential only, whoever asks.

        Raises:
            DeliveryError: when the recipient does not know us, so that any attempt is pointless.
        """
        if self.credential is not Credential.SITHS_PERSON and category(submission.body) != CLINICAL:
            return Refusal(submission.key, RefusalCode.NOT_ALLOWED)
        try:
            status, headers, answer = self._post(submission)
        except httpx.HTTPError as error:
            return Unreachable(submission.key, _cause(error))
        if status in _POINTLESS:
            raise DeliveryError(_POINTLESS[status], hint="recipient")
        return _understood(submission, status, headers, answer)

    def _post(self, submission: Submission) -> tuple[int, Mapping[str, str], bytes]:
        headers = {
            "Content-Type": "application/fhir+json",
            "Accept": "application/fhir+json",
            "Idempotency-Key": submission.key,
            "Blankett-Credential": self.credential.value,
        }
        if self._settings.token:
            headers["Authorization"] = f"Bearer {self._settings.token}"
        answer, end = bytearray(), time.monotonic() + self._settings.whole_s
        with self._client.stream("POST", self._settings.url, content=submission.body, headers=headers) as response:
            for piece in response.iter_bytes():
                answer += piece
                if len(answer) > MAX_ANSWER:
                    raise httpx.DecodingError("the answer is too long")
                if time.monotonic() > end:
                    raise httpx.ReadTimeout("the answer is too slow")
            return response.status_code, response.headers, bytes(answer)


def _understood(
    submission: Submission, status: int, headers: Mapping[str, str], answer: bytes
) -> Receipt | Refusal | Unreachable:
    if status in _YES:
        told = taken(answer)
        if told is None:
            return Unreachable(submission.key, "receipt_unreadable")
        if told.key != submission.key:
            return Unreachable(submission.key, "receipt_for_another_key")
        return Receipt(submission.key, told.receipt_id, told.received, answer)
    no = refused(answer) if status in _NO else None
    if no is not None:
        return Refusal(submission.key, no.code or _NO[status], no.fields)
    return Unreachable(submission.key, f"http_{status}", _retry_after(headers))


def _cause(error: httpx.HTTPError) -> str:
    """Return a code of what went wrong on the way; the error's own words may hold the address and are not told."""
    if isinstance(error, httpx.ConnectError) and "CERTIFICATE" in str(error).upper():
        return "certificate_not_trusted"
    told: dict[type[httpx.HTTPError], str] = {
        httpx.ConnectTimeout: "connect_timed_out",
        httpx.ReadTimeout: "answer_timed_out",
        httpx.ConnectError: "connect_failed",
    }
    return told.get(type(error), "answer_lost")


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds the recipient asks us to wait, also when told as a time, by its own clock."""
    written = headers.get("retry-after", "")
    if written.isdigit():
        return float(written)
    try:
        at, now = parsedate_to_datetime(written), parsedate_to_datetime(headers.get("date", ""))
        return max(0.0, (at.astimezone(dt.UTC) - now.astimezone(dt.UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
