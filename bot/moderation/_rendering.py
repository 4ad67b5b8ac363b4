"""How what moderators set is shown: what it is now, and what it was before, in one short line each."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, Protocol

from bot.panels import DONE, Panel, in_pages
from bot.texts import Texts
from rag_core.records.servers import ChannelSettings, ServerSettings

_LISTED: Final = 15
"""Channels on one page of a list."""


class Mentionable(Protocol):
    """Something in Discord that a text can name."""

    @property
    def mention(self) -> str:
        """How a text names it."""


def channel_changed(
    channel: Mentionable, before: ChannelSettings | None, now: ChannelSettings, texts: Texts, *, reads_all: bool
) -> Panel:
    """What holds in a channel now; and what can't, where the bot does not read all messages."""
    if before == now:
        return Panel(channel.mention, (texts.moderation.unchanged,), _channel(now, texts))
    panel = _saved(channel.mention, _channel(now, texts), _channel(before, texts), texts)
    return replace(panel, note=texts.listening.content_missing) if _wants_all(now) and not reads_all else panel


def channel_cleared(channel: Mentionable, before: ChannelSettings | None, texts: Texts) -> Panel:
    """That nothing is set in a channel any more."""
    if before is None:
        return Panel(channel.mention, (texts.moderation.nothing_to_clear.format(channel=channel.mention),))
    return _saved(channel.mention, _channel(None, texts), _channel(before, texts), texts)


def channel_list(channels: Mapping[int, ChannelSettings], texts: Texts) -> list[Panel]:
    """Every channel where something is set, a line each."""
    own = texts.moderation
    lines = [f"<#{channel_id}>  {_channel(settings, texts)}" for channel_id, settings in channels.items()]
    pages = in_pages(lines, _LISTED) or [[own.no_channels]]
    return [Panel(own.channels, ("\n".join(page),), own.elsewhere) for page in pages]


def language_changed(before: str, now: str, texts: Texts) -> Panel:
    """Which language the bot speaks now."""
    own = texts.moderation
    if before == now:
        return Panel(own.language, (own.unchanged,), own.languages[now])
    return _saved(own.language, own.languages[now], own.languages[before], texts)


def role_changed(sentence: str, texts: Texts, *, changed: bool) -> Panel:
    """What a role means now."""
    own = texts.moderation
    return Panel(own.roles, (sentence if changed else own.unchanged,), colour=DONE if changed else None)


def roles(settings: ServerSettings, texts: Texts) -> Panel:
    """Who may do what, and who is called."""
    own = texts.moderation
    moderators = [own.by_permission, *(f"<@&{role_id}>" for role_id in settings.moderator_role_ids)]
    helper = f"<@&{settings.helper_role_id}>" if settings.helper_role_id else own.nobody
    listed = "\n".join([own.moderators, *(f"- {each}" for each in moderators)])
    return Panel(own.roles, (listed, own.operators, f"{own.helper} {helper}"), own.who_sees)


def _saved(title: str, now: str, before: str, texts: Texts) -> Panel:
    own = texts.moderation
    return Panel(title, (f"**{own.now}**  {now}\n**{own.before}**  {before}",), own.saved, DONE)


def _wants_all(settings: ChannelSettings) -> bool:
    """Whether part of it concerns messages that do not speak to the bot."""
    return settings.mode in {"when_sure", "always"} or settings.threads


def _channel(settings: ChannelSettings | None, texts: Texts) -> str:
    own = texts.moderation
    if settings is None:
        return own.default
    parts = [own.modes[settings.mode]]
    parts += [own.threads] if settings.threads else []
    parts += [own.tags] if settings.may_set_tags else []
    return " · ".join(parts)
