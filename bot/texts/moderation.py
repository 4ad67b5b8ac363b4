"""What moderators and operators read under `/admin`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.texts.words import words
from rag_core.records.servers import Mode

ADMIN: Final = words("admin", "管理")
ADMIN_DESCRIPTION: Final = words("Steer this bot: for moderators and operators", "管理这个机器人：供管理员和运营者使用")

CHANNEL: Final = words("channel", "频道")
CHANNEL_DESCRIPTION: Final = words("When the bot speaks in a channel", "机器人在频道中何时发言")
SET: Final = words("set", "设置")
CHANNEL_SET: Final = words("Choose when the bot speaks in a channel", "选择机器人在频道中何时发言")
LIST: Final = words("list", "列表")
CHANNEL_LIST: Final = words("Show what is set in each channel", "显示各频道的设置")
CLEAR: Final = words("clear", "清除")
CHANNEL_CLEAR: Final = words("Go back to what holds where nothing is set", "恢复默认设置")
CHANNEL_OPTION: Final = words("Which channel or forum", "哪个频道或论坛")
MODE: Final = words("mode", "模式")
MODE_OPTION: Final = words("When the bot answers", "机器人何时回答")
THREADS: Final = words("threads", "子区")
THREADS_OPTION: Final = words("Whether answers go to a thread of their own", "回答是否放入单独的子区")
TAGS: Final = words("tags", "标签")
TAGS_OPTION: Final = words("Whether the bot may set the tags of a forum's posts", "机器人是否可以设置论坛帖子的标签")

MODE_CHOICES: Final = {
    "off": words("off: never", "关闭：从不"),
    "on_mention": words("on mention: only when it is mentioned or a command is used", "被提及时：被提及或使用命令时"),
    "when_sure": words("when sure: questions that the documentation answers", "有把握时：文档中有答案的问题"),
    "always": words("always: every question", "总是：每个问题"),
}

LANGUAGE: Final = words("language", "语言")
LANGUAGE_DESCRIPTION: Final = words(
    "Choose the language of the bot's own sentences in this server", "选择机器人在本服务器中使用的语言"
)
LANGUAGE_OPTION: Final = words("Which language", "哪种语言")
LANGUAGE_CHOICES: Final = {
    "server": words("the server's own, as set in Discord", "服务器自身的语言（在 Discord 中设置）"),
    "en": words("English", "English"),
    "zh": words("中文", "中文"),
}

ROLES: Final = words("roles", "身份组")
ROLES_DESCRIPTION: Final = words("Who may do what with this bot", "谁可以用这个机器人做什么")
ROLES_SHOW: Final = words("show", "显示")
ROLES_SHOW_DESCRIPTION: Final = words("Show who may do what, and where to change it", "显示谁可以做什么以及在哪里更改")
MODERATOR: Final = words("moderator", "管理员")
MODERATOR_DESCRIPTION: Final = words(
    "Make a role's members moderators of the bot, or no longer", "让某个身份组的成员成为或不再是机器人的管理员"
)
HELPER: Final = words("helper", "协助者")
HELPER_DESCRIPTION: Final = words(
    "Choose the role to call when somebody asks for a person", "选择有人求助时要通知的身份组"
)
ROLE: Final = words("role", "身份组")
ROLE_OPTION: Final = words("Which role", "哪个身份组")
HELPER_OPTION: Final = words("Which role; leave it out to call nobody", "哪个身份组；留空则不通知任何人")
REMOVE: Final = words("remove", "移除")
REMOVE_OPTION: Final = words("Take the right away instead", "改为收回此权限")


@dataclass(frozen=True, slots=True)
class ModerationTexts:
    """One field a sentence or heading; `modes` are by mode, `languages` by language or "server"."""

    saved: str
    unchanged: str
    now: str
    before: str
    default: str
    threads: str
    tags: str
    modes: Mapping[Mode, str]
    tags_need_forum: str
    channels: str
    no_channels: str
    elsewhere: str
    nothing_to_clear: str
    language: str
    languages: Mapping[str, str]
    roles: str
    moderators: str
    by_permission: str
    operators: str
    helper: str
    nobody: str
    who_sees: str
    moderator_added: str
    moderator_removed: str
    everyone_role: str
    helper_set: str
    helper_silent: str
    helper_cleared: str


ENGLISH: Final = ModerationTexts(
    saved="Saved",
    unchanged="Nothing changed: it was set like this already.",
    now="Now",
    before="Before",
    default="not set, so on mention",
    threads="in threads",
    tags="sets tags",
    modes={"off": "off", "on_mention": "on mention", "when_sure": "when sure", "always": "always"},
    tags_need_forum="Only forums have tags: leave `tags` out for {channel}.",
    channels="Channels",
    no_channels="Nothing is set in any channel.",
    elsewhere="Everywhere else the bot answers on mention.",
    nothing_to_clear="Nothing was set in {channel}.",
    language="Language",
    languages={"server": "the server's own", "en": "English", "zh": "中文"},
    roles="Who may do what",
    moderators="**Moderators** steer it in this server:",
    by_permission="members with Manage Server or Manage Messages",
    operators="**Operators** run it for all servers. That alone makes nobody a moderator.",
    helper="**Called** when somebody asks for a person:",
    nobody="nobody",
    who_sees="Who sees `/admin`: Server Settings > Integrations. Seeing it gives no right.",
    moderator_added="Members of {role} are moderators of the bot now.",
    moderator_removed="Members of {role} are no moderators of the bot by that role any more.",
    everyone_role="Everybody has {role}: choose a role that only moderators have.",
    helper_set="{role} is called when somebody asks for a person.",
    helper_silent="Discord won't notify them: allow anyone to mention the role, or give the bot *Mention Everyone*.",
    helper_cleared="Nobody is called any more when somebody asks for a person.",
)

CHINESE: Final = ModerationTexts(
    saved="已保存",
    unchanged="没有变化：之前就是这样设置的。",
    now="现在",
    before="之前",
    default="未设置，因此为被提及时",
    threads="使用子区",
    tags="设置标签",
    modes={"off": "关闭", "on_mention": "被提及时", "when_sure": "有把握时", "always": "总是"},
    tags_need_forum="只有论坛才有标签：对 {channel} 请不要填写 `tags`。",
    channels="频道",
    no_channels="没有任何频道有单独的设置。",
    elsewhere="在其他频道，机器人仅在被提及时回答。",
    nothing_to_clear="{channel} 没有单独的设置。",
    language="语言",
    languages={"server": "服务器自身的语言", "en": "English", "zh": "中文"},
    roles="谁可以做什么",
    moderators="**管理员** 管理机器人在本服务器中的行为：",
    by_permission="拥有“管理服务器”或“管理消息”权限的成员",
    operators="**运营者** 为所有服务器运行机器人，但不因此成为管理员。",
    helper="有人请求人工帮助时 **通知**：",
    nobody="无人",
    who_sees="谁能看到 `/admin`：服务器设置 > 整合。仅能看到并不意味着有权限。",
    moderator_added="{role} 的成员现在是机器人的管理员。",
    moderator_removed="{role} 的成员不再因该身份组而成为机器人的管理员。",
    everyone_role="所有人都有 {role}：请选择只有管理员才有的身份组。",
    helper_set="有人请求人工帮助时会通知 {role}。",
    helper_silent="Discord 不会提醒他们：请允许任何人提及该身份组，或给机器人“提及所有人”权限。",
    helper_cleared="有人请求人工帮助时不再通知任何人。",
)
