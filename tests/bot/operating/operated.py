"""A scene in whose first server the operator, a plain member, is shown `/admin`."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from tests.bot.scene import Scene, scene
from tests.fakes.desk import Step


@asynccontextmanager
async def operated(script: Sequence[Step] = (), *, locale: str = "en-US") -> AsyncIterator[Scene]:
    async with scene(script, locale=locale) as it:
        it.here.show_admin_to(it.operator, it.here.member)
        yield it
