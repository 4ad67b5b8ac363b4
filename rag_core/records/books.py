"""All records that a community's bot keeps, in one place."""

from dataclasses import dataclass

from rag_core.records.audit import AuditTrail
from rag_core.records.book import QuestionBook
from rag_core.records.curated import CuratedBook
from rag_core.records.follow_ups import FollowUpBook
from rag_core.records.people import PeopleBook
from rag_core.records.personal import PersonalData
from rag_core.records.server_cache import Servers


@dataclass(frozen=True, slots=True)
class Books:
    """Questions, what becomes of them, what each server set, people, curated answers, changes; all of it by person."""

    questions: QuestionBook
    servers: Servers
    people: PeopleBook
    curated: CuratedBook
    audit: AuditTrail
    follow_ups: FollowUpBook
    personal: PersonalData
