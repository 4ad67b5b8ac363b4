"""All records that a community's bot keeps, in one place."""

from dataclasses import dataclass

from rag_core.records.audit import AuditTrail
from rag_core.records.book import QuestionBook
from rag_core.records.curated import CuratedBook
from rag_core.records.digests import Digests
from rag_core.records.follow_ups import FollowUpBook
from rag_core.records.insight import Insight
from rag_core.records.operating_cache import Operating
from rag_core.records.people import PeopleBook
from rag_core.records.personal import PersonalData
from rag_core.records.server_cache import Servers
from rag_core.records.speeds import SpeedBook


@dataclass(frozen=True, slots=True)
class Books:
    """Questions and what comes of them, what is set in a server and in all, people, curated answers, changes, speed.

    `insight` reads figures and lists of all that, `digests` says who is to get which, `personal` has one person's own.
    """

    questions: QuestionBook
    servers: Servers
    people: PeopleBook
    curated: CuratedBook
    audit: AuditTrail
    follow_ups: FollowUpBook
    insight: Insight
    digests: Digests
    operating: Operating
    speeds: SpeedBook
    personal: PersonalData
