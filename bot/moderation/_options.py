"""Kinds of options that several commands take."""

from discord import AppCommandOptionType, ChannelType, app_commands

from bot.moderation._groups import Interaction


class _AskableChannel(app_commands.Transformer):
    """Where the bot can be asked. Taken as Discord names it, since the bot may not see the channel (yet)."""

    @property
    def type(self) -> AppCommandOptionType:
        """What Discord asks for."""
        return AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[ChannelType]:
        """What Discord offers."""
        return [ChannelType.text, ChannelType.news, ChannelType.forum]

    async def transform(
        self, interaction: Interaction, value: app_commands.AppCommandChannel, /
    ) -> app_commands.AppCommandChannel:
        """Leave it as it is."""
        return value


class _PostableChannel(_AskableChannel):
    """Where the bot can post by itself."""

    @property
    def channel_types(self) -> list[ChannelType]:
        """What Discord offers."""
        return [ChannelType.text, ChannelType.news]


Channel = app_commands.Transform[app_commands.AppCommandChannel, _AskableChannel]
"""A text channel, an announcement channel or a forum."""

PostableChannel = app_commands.Transform[app_commands.AppCommandChannel, _PostableChannel]
"""A text channel or an announcement channel."""
