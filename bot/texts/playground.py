"""What the playground's page says by itself; everything else on it is the bot's."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class PlaygroundTexts:
    """Labels, hints and failures."""

    title: str
    try_title: str
    tries: Mapping[str, str]
    note: str
    roles: Mapping[str, str]
    role_notes: Mapping[str, str]
    app: str
    direct: str
    write: str
    write_to_bot: str
    posts: str
    new_post: str
    post_title: str
    post_text: str
    publish: str
    no_posts: str
    thinking: str
    private: str
    edited: str
    used: str
    replying: str
    reply: str
    edit: str
    delete: str
    menu: str
    cancel: str
    submit: str
    choose: str
    yes: str
    no: str
    attach: str
    started_thread: str
    no_answer: str
    failed: str
    lost: str

    def on_page(self) -> dict[str, object]:
        """As JSON."""
        return asdict(self)


ENGLISH: Final = PlaygroundTexts(
    title="Playground",
    try_title="Try this",
    tries={
        "ask": "Type /ask and a question, such as: What do the parameters for HNSW mean?",
        "buttons": "Watch the answer grow, then press its buttons.",
        "mention": "Write @{bot} and a question, or reply to an answer.",
        "menu": "Open ⋯ beside a message: the bot has commands there too.",
        "forum": "Write a post in # questions.",
        "moderator": "Switch to Mona, who moderates, and type /admin.",
        "operator": "Switch to Olga, who runs the bot: /admin shows her more.",
    },
    note="The bot and its answers are real. The server is not: it is gone when you end the playground.",
    roles={"member": "member", "moderator": "moderator", "operator": "operator"},
    role_notes={
        "member": "May ask and rate",
        "moderator": "Moderates this server",
        "operator": "Runs the bot",
    },
    app="APP",
    direct="Direct message",
    write="Message {channel}, or / for commands",
    write_to_bot="Message the bot, or / for commands",
    posts="Posts",
    new_post="New post",
    post_title="Title",
    post_text="What do you want to know?",
    publish="Post",
    no_posts="Nobody has posted yet.",
    thinking="{bot} is thinking…",
    private="Only you can see this",
    edited="edited",
    used="used",
    replying="Replying to {name}",
    reply="Reply",
    edit="Edit",
    delete="Delete",
    menu="More",
    cancel="Cancel",
    submit="Submit",
    choose="Choose",
    yes="True",
    no="False",
    attach="Attach a file",
    started_thread="started a thread",
    no_answer="The application did not respond.",
    failed="That did not work. The reason is in the log.",
    lost="The playground has ended. Start it again, then reload this page.",
)

CHINESE: Final = PlaygroundTexts(
    title="试用",
    try_title="试一试",
    tries={
        "ask": "输入 /ask 和一个问题，例如：HNSW 的参数是什么意思？",
        "buttons": "看着回答逐步写出，然后点击它的按钮。",
        "mention": "写 @{bot} 加一个问题，或者回复一条回答。",
        "menu": "打开消息旁的 ⋯：机器人在那里也有命令。",
        "forum": "在 # questions 中发一个帖子。",
        "moderator": "切换到管理员 Mona，然后输入 /admin。",
        "operator": "切换到运营者 Olga：/admin 会给她显示更多。",
    },
    note="机器人和它的回答是真的。服务器不是：结束试用后它就消失。",
    roles={"member": "成员", "moderator": "管理员", "operator": "运营者"},
    role_notes={"member": "可以提问和评价", "moderator": "管理本服务器", "operator": "运营机器人"},
    app="应用",
    direct="私信",
    write="发消息到 {channel}，或输入 / 使用命令",
    write_to_bot="给机器人发消息，或输入 / 使用命令",
    posts="帖子",
    new_post="新帖子",
    post_title="标题",
    post_text="你想知道什么？",
    publish="发布",
    no_posts="还没有人发帖。",
    thinking="{bot} 正在思考…",
    private="只有你能看到",
    edited="已编辑",
    used="使用了",
    replying="正在回复 {name}",
    reply="回复",
    edit="编辑",
    delete="删除",
    menu="更多",
    cancel="取消",
    submit="提交",
    choose="请选择",
    yes="是",
    no="否",
    attach="添加文件",
    started_thread="开启了一个子区",
    no_answer="应用没有响应。",
    failed="没有成功，原因在日志中。",
    lost="试用已经结束。请重新启动，然后刷新此页。",
)
