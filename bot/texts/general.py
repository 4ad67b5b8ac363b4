"""What any part of the bot may have to say."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class GeneralTexts:
    """Failures, and commands that somebody may not use."""

    command_failed: str
    records_unavailable: str
    not_moderator: str
    not_operator: str
    servers_only: str
    hidden_person: str
    previous_page: str
    next_page: str
    page_of: str


ENGLISH: Final = GeneralTexts(
    command_failed="Something went wrong. It is logged as `{id}`; please try again in a moment.",
    records_unavailable="The database can't be reached just now, so nothing was changed. Please try again in a moment.",
    not_moderator=(
        "Only moderators of this server may do this: members with Manage Server or Manage Messages, and members of the "
        "roles that `/admin roles show` lists."
    ),
    not_operator="Only the bot's operators may do this, since it concerns every server.",
    servers_only="This works in a server only.",
    hidden_person="a person whose id is not kept",
    previous_page="Back",
    next_page="Next",
    page_of="Page {page} of {pages}",
)

CHINESE: Final = GeneralTexts(
    command_failed="出错了，已记录为 `{id}`，请稍后再试。",
    records_unavailable="暂时无法连接数据库，因此没有做任何更改。请稍后再试。",
    not_moderator=(
        "只有本服务器的管理员可以这样做：拥有“管理服务器”或“管理消息”权限的成员，"
        "以及 `/admin roles show` 中所列身份组的成员。"
    ),
    not_operator="只有机器人的运营者可以这样做，因为它涉及所有服务器。",
    servers_only="这只能在服务器中使用。",
    hidden_person="未保存 ID 的用户",
    previous_page="上一页",
    next_page="下一页",
    page_of="第 {page} 页，共 {pages} 页",
)
