"""Every closed list of words that a column, a raw file or a decision may hold: one enum each, its members documented.

From these come the vocabularies of `pipeline.tables`, the checks of a built warehouse, and the words that rules write. A
member's value is what is stored; it never changes, because old nights hold it. Lists of the page (TypeScript), of the
catalogue (`scrapers.source`) and of dictionaries (data/reference) are compared with these by tests. Belongs here: names and
meanings. Does not belong here: code lists of others (countries, languages, fields of study), which are reference tables.
"""

from __future__ import annotations

from enum import StrEnum

from scrapers.outcome import FAILED, HEALTHY, NOT_ASKED, WITH_ROWS, Outcome

__all__ = ["FAILED", "HEALTHY", "NOT_ASKED", "WITH_ROWS", "Outcome"]


def words(vocabulary: type[StrEnum]) -> tuple[str, ...]:
    """The stored words of a vocabulary, in the order of their declaration."""
    return tuple(member.value for member in vocabulary)


class Channel(StrEnum):
    """How a student finds a source."""

    UNIVERSITY = "university"
    EMBASSY = "embassy"
    PLATFORM = "platform"
    NONPROFIT = "nonprofit"
    AGENCY = "agency"
    NETWORK = "network"


class Kind(StrEnum):
    """What sort of post a listing is."""

    INTERNSHIP = "internship"
    TRAINEESHIP = "traineeship"
    WORKING_STUDENT = "working_student"
    APPRENTICESHIP = "apprenticeship"
    FELLOWSHIP = "fellowship"
    VOLUNTEER = "volunteer"
    GRADUATE_PROGRAMME = "graduate_programme"
    JOB = "job"
    OTHER = "other"


class OrganizerType(StrEnum):
    """What sort of body arranges an internship."""

    EMPLOYER = "employer"
    UNIVERSITY = "university"
    EMBASSY = "embassy"
    CULTURAL_INSTITUTION = "cultural_institution"
    GOVERNMENT = "government"
    INTERGOVERNMENTAL = "intergovernmental"
    NONPROFIT = "nonprofit"
    AGENCY = "agency"
    PROGRAMME = "programme"


class State(StrEnum):
    """Whether a listing or an internship can still be applied for."""

    OPEN = "open"
    CLOSED = "closed"
    UNVERIFIED = "unverified"
    """Its source has failed, or was not asked, for longer than its grace period."""


class CloseReason(StrEnum):
    """Why a listing closed."""

    GONE = "gone"
    """Complete, healthy runs of its source no longer have it."""

    SOURCE_CLOSED = "source_closed"
    """Its source marks it as closed."""

    DEADLINE = "deadline"
    """Its deadline passed."""

    NOT_FOUND = "not_found"
    """Its page answers 404 or 410, or says so with another status."""

    REDIRECTED = "redirected"
    """Its page redirects to another posting."""

    CLOSING_NOTICE = "closing_notice"
    """Its page says that applications are closed."""


class Change(StrEnum):
    """What happened to an internship on a night."""

    ADDED = "added"
    CHANGED = "changed"
    CLOSED = "closed"
    REOPENED = "reopened"
    MERGED = "merged"
    SPLIT = "split"


class MatchReason(StrEnum):
    """What linked a listing to its internship."""

    FIRST = "first"
    """The internship was minted from it."""

    POSTING_ID = "posting_id"
    """The same posting id of the same system and tenant."""

    WORDS = "words"
    """The match weight of what both state."""

    DECISION = "decision"
    """A person decided."""


class RejectRule(StrEnum):
    """Why a row of a source is no listing."""

    NO_TITLE = "no_title"
    CLOSED_AT_SOURCE = "closed_at_source"
    """Marked as closed when it was first seen; refused only as long as the mark stands."""

    NO_LINK = "no_link"
    """No address of its own: a rule of earlier versions, which the rejects of a home may name still. Such a row now stands at
    its source's page."""

    NEW_GRADUATE = "new_graduate"
    """A post for graduates."""

    NO_POSTING = "no_posting"
    """Advice or news, not an opening."""

    NOT_AN_INTERNSHIP = "not_an_internship"

    UNREADABLE = "unreadable"
    """No rule could work on it: its reason is in its text, under `unreadable`."""


class RiskFlag(StrEnum):
    """A mark of risk in a posting."""

    FEE_BEFORE_OFFER = "fee_before_offer"
    NO_NAMED_HOST = "no_named_host"
    FREE_MAIL_CONTACT = "free_mail_contact"
    IMPOSSIBLE_PAY = "impossible_pay"
    MESSENGER_ONLY_CONTACT = "messenger_only_contact"


class LifeFlag(StrEnum):
    """What the life of an internship shows, not judged."""

    REPOSTED = "reposted"
    """Posted anew over and over."""

    OPEN_FOR_A_YEAR = "open_for_a_year"


class EvidenceMethod(StrEnum):
    """How a value follows from its quote."""

    STATED = "stated"
    """The words say it."""

    DERIVED = "derived"
    """It follows from them."""

    SOURCE = "source"
    """The nature of its source says it."""


class WorkMode(StrEnum):
    """Where the work is done."""

    ONSITE = "onsite"
    HYBRID = "hybrid"
    REMOTE = "remote"


class InternationalReason(StrEnum):
    """Evidence that an internship is, or is not, international."""

    PLACES_ABROAD = "places_abroad"
    ORGANIZER_ABROAD = "organizer_abroad"
    VISA_SUPPORT = "visa_support"
    SEVERAL_NATIONALITIES = "several_nationalities"
    NATIONALS_ONLY = "nationals_only"
    RESIDENTS_ONLY = "residents_only"
    MULTINATIONAL = "multinational"
    """An employer's headquarters elsewhere, which alone decide nothing."""


class DeadlineKind(StrEnum):
    """What sort of deadline a posting states."""

    FIXED = "fixed"
    ROLLING = "rolling"
    UNTIL_FILLED = "until_filled"
    RECURRING = "recurring"


class PayStatus(StrEnum):
    """Whether an internship is paid; null where that is not stated."""

    PAID = "paid"
    ALLOWANCE = "allowance"
    EXPENSES_ONLY = "expenses_only"
    UNPAID = "unpaid"


class PayPeriod(StrEnum):
    """The time that a stated pay is for."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    TOTAL = "total"


class Eligibility(StrEnum):
    """Who may apply."""

    STUDENT = "student"
    RECENT_GRADUATE = "recent_graduate"
    PROFESSIONAL = "professional"


class Requirement(StrEnum):
    """Whether something is required: enrolment, or the right to work in the host country."""

    REQUIRED = "required"
    NOT_REQUIRED = "not_required"


class NationalityRule(StrEnum):
    """What a posting says of the nationalities it names."""

    ONLY = "only"
    EXCLUDED = "excluded"
    ANY = "any"


class VisaSupport(StrEnum):
    """Whether help with a visa is offered."""

    YES = "yes"
    NO = "no"
    CASE_BY_CASE = "case_by_case"


class Support(StrEnum):
    """What is offered beside pay."""

    HOUSING = "housing"
    FLIGHT = "flight"
    MEALS = "meals"
    INSURANCE = "insurance"
    VISA = "visa"
    TRANSPORT = "transport"
    EQUIPMENT = "equipment"
    RELOCATION = "relocation"


class Document(StrEnum):
    """What an applicant must send."""

    CV = "cv"
    COVER_LETTER = "cover_letter"
    TRANSCRIPT = "transcript"
    RECOMMENDATION = "recommendation"
    ENROLMENT_CERTIFICATE = "enrolment_certificate"
    PORTFOLIO = "portfolio"
    PASSPORT = "passport"
    DIPLOMA = "diploma"
    WRITING_SAMPLE = "writing_sample"
    APPLICATION_FORM = "application_form"


class Holds(StrEnum):
    """What the rows of a source are where they do not say so themselves."""

    INTERNSHIPS = "internships"
    MIXED = "mixed"
    GRADUATE_JOBS = "graduate_jobs"


class Cadence(StrEnum):
    """How often a source is asked."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
