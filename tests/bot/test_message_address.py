"""The address of what Discord shows, as far as its place is known."""

import pytest

from bot.message_address import message_address


@pytest.mark.parametrize(
    ("channel_id", "message_id", "address"),
    [
        (2, 3, "https://discord.com/channels/1/2/3"),
        (2, None, "https://discord.com/channels/1/2"),
        (None, None, ""),
        (None, 3, ""),
    ],
)
def test_an_address_leads_to_the_message_or_its_channel(
    channel_id: int | None, message_id: int | None, address: str
) -> None:
    assert message_address(1, channel_id, message_id) == address
