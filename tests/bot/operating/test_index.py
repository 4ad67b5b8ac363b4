"""`/admin schedule`, `history`, `rollback`: what the operator sees, and what is on record."""

import json
from datetime import timedelta

import pytest

from bot.texts import ENGLISH
from rag_core.errors import StoreUnavailable
from tests.bot.operating.operated import operated
from tests.bot.scene import Scene, buttons, said
from tests.fakes.operations import DOCS, NOON, a_generation, a_run

TEXTS = ENGLISH.operating
NEW, OLD = a_generation("g2", NOON), a_generation("g1", NOON - timedelta(days=2))


async def test_the_schedule_is_shown() -> None:
    async with operated() as it:
        seen = await it.operator.slash(it.here.channel, "admin schedule")
        assert seen.ephemeral
        due = int(NOON.timestamp()) + 16 * 3600
        assert said(seen).split("\n") == ["### Schedule", f"`0 4 * * *` (UTC), next <t:{due}:f>, <t:{due}:R>"]
        assert it.shared_changes() == []


async def test_a_new_schedule_is_in_force_at_once_kept_and_on_record() -> None:
    async with operated() as it:
        seen = await it.operator.slash(it.here.channel, "admin schedule", cron=" 30 5  * * * ")
        assert seen.ephemeral
        assert said(seen).split("\n")[1].startswith("`30 5 * * *` (UTC)")
        assert TEXTS.schedule_set in said(seen)
        assert it.operations.schedule.cron == "30 5 * * *"
        assert (await it.records.operating.state()).recrawl_cron == "30 5 * * *"
        ((actor, action, subject, before, after),) = it.shared_changes()
        assert (actor, action, subject) == (it.operator.id, "schedule", "bot")
        assert [json.loads(state)["recrawl_cron"] for state in (before, after)] == [None, "30 5 * * *"]


async def test_the_clock_can_be_turned_off() -> None:
    async with operated() as it:
        assert TEXTS.schedule_off in said(await it.operator.slash(it.here.channel, "admin schedule", cron="off"))
        assert it.operations.schedule.cron == "off"


async def test_the_same_schedule_again_changes_nothing() -> None:
    async with operated() as it:
        await it.operator.slash(it.here.channel, "admin schedule", cron="0 5 * * *")
        assert TEXTS.schedule_same in said(await it.operator.slash(it.here.channel, "admin schedule", cron="0 5 * * *"))
        assert len(it.shared_changes()) == 1


@pytest.mark.parametrize("cron", ["each morning", "0 4 * *", "0 4 1 * 1", "61 4 * * *", "0 0 31 2 *"])
async def test_a_bad_schedule_is_told_with_an_example(cron: str) -> None:
    async with operated() as it:
        seen = await it.operator.slash(it.here.channel, "admin schedule", cron=cron)
        assert seen.ephemeral
        assert said(seen) == TEXTS.schedule_bad.format(cron=cron)
        assert "`0 4 * * *`" in said(seen)
        assert it.operations.schedule.cron == "0 4 * * *"
        assert it.shared_changes() == []


async def test_the_schedule_stays_as_it_is_where_it_can_not_be_kept() -> None:
    async with operated() as it:
        it.records.operating.down = True
        await it.operator.slash(it.here.channel, "admin schedule", cron="0 5 * * *")
        assert it.operations.schedule.cron == "0 4 * * *"


async def test_runs_are_listed_newest_first_a_few_a_page() -> None:
    async with operated() as it:
        for day in range(6):
            run = a_run(id=f"r{day}", started_at=NOON + timedelta(days=day), new=day, generation_id=f"g{day}")
            await it.operations.ledger.save_run(run)
        await it.operations.store.create(a_generation("g5", NOON))
        await it.operations.store.create(a_generation("g4", NOON))
        await it.operations.store.activate("g5")
        seen = await it.operator.slash(it.here.channel, "admin history")
        assert seen.ephemeral
        lines = said(seen).split("\n")
        newest = int((NOON + timedelta(days=5)).timestamp())
        assert lines[:3] == [
            "### Index runs",
            f"🟢 **<t:{newest}:f>**  finished · live",
            "5 new, 3 changed, 468 unchanged, 0 gone, 0 failed",
        ]
        assert "finished · kept" in said(seen)
        assert "\n1 new" not in said(seen)
        assert seen.response is not None
        await it.operator.click(seen.response, custom_id=buttons(seen)["Next"]["custom_id"])
        assert "\n1 new" in said(seen)


async def test_a_failed_run_is_listed_with_its_reason_and_a_rollback_as_one() -> None:
    async with operated() as it:
        await it.operations.ledger.save_run(a_run(id="r1", status="failed", note="The site is away."))
        await it.operations.ledger.save_run(a_run(id="r2", status="rolled back", note="Generation g2 was live before."))
        it.operations.store.available = False
        lines = said(await it.operator.slash(it.here.channel, "admin history")).split("\n")
        moment = f"**<t:{int(NOON.timestamp())}:f>**"
        assert f"🔴 {moment}  failed" in lines
        assert "-# The site is away." in lines
        assert lines[lines.index(f"⚪ {moment}  rolled back") + 1] == "-# Generation g2 was live before."


async def test_no_run_yet_is_said() -> None:
    async with operated() as it:
        assert TEXTS.no_runs in said(await it.operator.slash(it.here.channel, "admin history"))


async def _asked(it: Scene, press: str) -> str:
    """Ask for a rollback and press a button; what stands there then."""
    seen = await it.operator.slash(it.here.channel, "admin rollback")
    assert seen.ephemeral
    assert said(seen).split("\n") == [
        "### Roll back?",
        f"**Live**  `{DOCS}`, built <t:{int(NEW.created_at.timestamp())}:f>",
        f"**Back to**  `{DOCS}`, built <t:{int(OLD.created_at.timestamp())}:f>",
        f"-# {TEXTS.rollback_ask}",
    ]
    assert seen.response is not None
    await it.operator.click(seen.response, custom_id=buttons(seen)[press]["custom_id"])
    return said(seen)


async def test_a_rollback_asks_first_and_is_on_record() -> None:
    async with operated() as it:
        it.operations.librarian.generations = (NEW, OLD)
        seen = await _asked(it, TEXTS.rollback_yes)
        assert TEXTS.rollback_done.format(when=f"<t:{int(OLD.created_at.timestamp())}:f>") in seen
        assert it.operations.librarian.generations == (OLD, NEW)
        ((actor, action, subject, before, after),) = it.shared_changes()
        assert (actor, action, subject) == (it.operator.id, "rollback", "index")
        assert [json.loads(each)["id"] for each in (before, after)] == ["g2", "g1"]


async def test_a_rollback_that_is_left_changes_nothing() -> None:
    async with operated() as it:
        it.operations.librarian.generations = (NEW, OLD)
        assert TEXTS.rollback_left in await _asked(it, TEXTS.rollback_no)
        assert it.operations.librarian.generations == (NEW, OLD)
        assert it.shared_changes() == []


async def test_a_rollback_does_what_was_shown_or_nothing() -> None:
    async with operated() as it:
        it.operations.librarian.generations = (NEW, OLD)
        seen = await it.operator.slash(it.here.channel, "admin rollback")
        it.operations.librarian.generations = changed = (a_generation("g3", NOON), NEW)
        assert seen.response is not None
        await it.operator.click(seen.response, custom_id=buttons(seen)[TEXTS.rollback_yes]["custom_id"])
        assert TEXTS.rollback_gone in said(seen)
        assert it.operations.librarian.generations == changed
        assert it.shared_changes() == []


async def test_a_rollback_waits_for_a_run_to_end() -> None:
    async with operated() as it:
        it.operations.librarian.generations = (NEW, OLD)
        it.operations.librarian.busy = True
        assert TEXTS.busy in await _asked(it, TEXTS.rollback_yes)
        assert it.shared_changes() == []


async def test_who_is_no_operator_any_more_rolls_nothing_back() -> None:
    async with operated() as it:
        it.operations.librarian.generations = (NEW, OLD)
        seen = await it.operator.slash(it.here.channel, "admin rollback")
        it.bot.rights._operator_ids = frozenset()
        assert seen.response is not None
        pressed = await it.operator.click(seen.response, custom_id=buttons(seen)[TEXTS.rollback_yes]["custom_id"])
        assert said(pressed) == ENGLISH.general.not_operator
        assert it.operations.librarian.generations == (NEW, OLD)


async def test_where_there_is_nothing_to_go_back_to_it_is_said() -> None:
    async with operated() as it:
        seen = said(await it.operator.slash(it.here.channel, "admin rollback"))
        assert seen == TEXTS.rollback_none.format(reason="The live one is all there is.")


async def test_an_index_that_is_away_is_a_plain_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    async with operated() as it:

        async def away() -> None:
            raise StoreUnavailable("Milvus does not answer.")

        monkeypatch.setattr(type(it.operations.librarian), "rollback", lambda _: away())
        assert said(await it.operator.slash(it.here.channel, "admin rollback")) == TEXTS.index_away
