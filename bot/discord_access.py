"""The way into Discord: whose token it is, and what is wrong where Discord does not let us in."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

import aiohttp
import discord

from bot.client import use_addresses
from bot.problems import Problem, said, usage
from bot.settings import Settings

_APPLICATIONS: Final = "https://discord.com/developers/applications"


@asynccontextmanager
async def logged_in(settings: Settings, token: str) -> AsyncIterator[discord.Client]:
    """A client that may use the REST API and has no gateway.

    Raises:
        Problem: see `explained`.
    """
    use_addresses(settings.discord_api_url, settings.discord_gateway_url)
    with explained(settings):
        async with discord.Client(intents=discord.Intents.none()) as client:
            await client.login(token)
            yield client


async def application_id(settings: Settings, token: str) -> int:
    """Which application the token belongs to.

    Raises:
        Problem: to none, or Discord can't be asked.
    """
    async with logged_in(settings, token) as client:
        if client.application_id is None:
            raise usage(f"DISCORD_TOKEN belongs to no application: copy the bot's token from {_APPLICATIONS}.")
        return client.application_id


@contextmanager
def explained(settings: Settings) -> Iterator[None]:
    """Turn what discord.py raises for a closed door into sentences for the operator.

    Raises:
        Problem: the token is wrong, an intent is refused, or Discord is not there.
    """
    try:
        yield
    except discord.LoginFailure as error:
        raise usage(
            f"Discord refuses DISCORD_TOKEN: copy the bot's token from {_APPLICATIONS} (Bot > Reset Token) and set it "
            "again, or unset it to chat in this terminal."
        ) from error
    except discord.PrivilegedIntentsRequired as error:
        raise usage(
            f"Discord refuses an intent of the bot: switch it on at {_APPLICATIONS} (Bot > Privileged Gateway "
            "Intents), for the application of DISCORD_TOKEN."
        ) from error
    except (discord.HTTPException, discord.GatewayNotFound, discord.ConnectionClosed) as error:
        raise Problem(f"Discord turns the bot away: {said(error)} See DISCORD_API_URL and try again later.") from error
    except (aiohttp.ClientError, OSError) as error:
        place = f"DISCORD_API_URL={settings.discord_api_url}"
        raise Problem(f"Discord can't be reached at {place}: {said(error)} Check the network and it.") from error
