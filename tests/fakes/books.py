"""All books in memory, of which those that keep changes write into one audit trail."""

from dataclasses import dataclass, field

from rag_core.records.books import Books
from rag_core.records.operating_cache import Operating
from rag_core.records.server_cache import Servers
from tests.fakes.audit import FakeAudit
from tests.fakes.book import FakeBook
from tests.fakes.curated import FakeCuratedBook
from tests.fakes.digests import FakeDigests
from tests.fakes.follow_ups import FakeFollowUpBook
from tests.fakes.insight import FakeInsight
from tests.fakes.operating import FakeOperatingBook
from tests.fakes.people import FakePeopleBook
from tests.fakes.personal import FakePersonalData
from tests.fakes.servers import FakeServerBook
from tests.fakes.speeds import FakeSpeedBook


@dataclass(slots=True)
class FakeBooks:
    """The fakes, to look into; `books` is what the bot gets of them."""

    questions: FakeBook = field(default_factory=FakeBook)
    audit: FakeAudit = field(default_factory=FakeAudit)
    servers: FakeServerBook = field(init=False)
    people: FakePeopleBook = field(init=False)
    curated: FakeCuratedBook = field(init=False)
    operating: FakeOperatingBook = field(init=False)
    speeds: FakeSpeedBook = field(init=False)
    insight: FakeInsight = field(init=False)
    digests: FakeDigests = field(init=False)
    follow_ups: FakeFollowUpBook = field(init=False)
    personal: FakePersonalData = field(init=False)

    def __post_init__(self) -> None:
        self.servers = FakeServerBook(self.audit)
        self.people = FakePeopleBook(self.audit)
        self.curated = FakeCuratedBook(self.audit)
        self.operating = FakeOperatingBook(self.audit)
        self.speeds = FakeSpeedBook(self.questions)
        self.insight = FakeInsight(self.questions)
        self.digests = FakeDigests(self.servers)
        self.follow_ups = FakeFollowUpBook(self.questions, self.audit)
        self.personal = FakePersonalData(self.questions)

    @property
    def books(self) -> Books:
        """Anew for each bot, as after a restart; what was written before `Servers.load` is not known to it yet."""
        servers, operating = Servers(self.servers), Operating(self.operating)
        kept = (self.people, self.curated, self.audit, self.follow_ups, self.insight, self.digests)
        return Books(self.questions, servers, *kept, operating=operating, speeds=self.speeds, personal=self.personal)
