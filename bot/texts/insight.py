"""What moderators read about the questions of their server: figures, lists, files, the weekly digest."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.texts.words import words
from rag_core.answering.model import AnswerOutcome
from rag_core.records.model import Reason

STATS: Final = words("stats", "统计")
STATS_DESCRIPTION: Final = words("Figures of this server's questions, with a picture", "本服务器提问的统计数字和图表")
UNANSWERED: Final = words("unanswered", "未回答")
UNANSWERED_DESCRIPTION: Final = words("What the documentation does not answer, most asked first", "文档未能回答的问题")
FEEDBACK: Final = words("feedback", "评价")
FEEDBACK_DESCRIPTION: Final = words("How answers were rated, and why", "回答得到的评价及原因")
EXPORT: Final = words("export", "导出")
EXPORT_DESCRIPTION: Final = words("This server's questions and answers as a file", "将本服务器的问答导出为文件")
LOG: Final = words("log", "记录")
LOG_DESCRIPTION: Final = words("Everything on record about one question", "一个问题的全部记录")
DIGEST: Final = words("digest", "周报")
DIGEST_DESCRIPTION: Final = words("A weekly summary in a channel", "在频道中发布每周摘要")

DAYS: Final = words("days", "天数")
DAYS_OPTION: Final = words("How many days back; 30 by itself", "最近多少天，默认 30 天")
RATING: Final = words("rating", "评分")
RATING_OPTION: Final = words("Only one kind", "只看一种评分")
RATING_CHOICES: Final = {"up": words("👍", "👍"), "down": words("👎", "👎")}
FORMAT: Final = words("format", "格式")
FORMAT_OPTION: Final = words("For spreadsheets or for programs", "用于表格或程序")
FORMAT_CHOICES: Final = {
    "csv": words("CSV, for spreadsheets", "CSV，用于表格"),
    "jsonl": words("JSONL, for programs", "JSONL，用于程序"),
}
ID: Final = words("id", "编号")
ID_OPTION: Final = words("Its id, or the link of the message", "问题的编号或消息链接")
CHANNEL: Final = words("channel", "频道")
CHANNEL_OPTION: Final = words("Where the digest goes", "摘要发到哪里")
OFF: Final = words("off", "关闭")
OFF_OPTION: Final = words("No digest any more", "不再发布摘要")


@dataclass(frozen=True, slots=True)
class InsightTexts:
    """One field a sentence or heading; `ends` are by outcome, `reasons` by what was wrong."""

    last_day: str
    last_days: str
    stats: str
    questions: str
    no_questions: str
    answered: str
    refused: str
    other: str
    liked: str
    no_ratings: str
    median: str
    no_median: str
    busiest: str
    picture: str
    stats_note: str
    unanswered: str
    nothing_unanswered: str
    times_asked: str
    more_places: str
    unanswered_note: str
    only_newest: str
    feedback: str
    no_feedback: str
    feedback_note: str
    reasons: Mapping[Reason, str]
    export: str
    exported: str
    exported_newest: str
    nothing_to_export: str
    export_note: str
    no_such_question: str
    log: str
    asked_by: str
    message: str
    not_kept: str
    ended: str
    ends: Mapping[AnswerOutcome, str]
    running: str
    searched: str
    times: str
    until_found: str
    until_shown: str
    in_all: str
    sources: str
    cited_of: str
    held_back: str
    rated: str
    corrected: str
    solved: str
    handed_over: str
    private_log: str
    no_text_log: str
    log_note: str
    digest: str
    digest_to: str
    digest_off: str
    digest_next: str
    digest_quotes: str
    digest_where: str
    digest_no_access: str
    digest_title: str
    before: str
    most_asked: str
    disliked: str
    digest_note: str

    def period(self, days: int) -> str:
        """The time up to now."""
        return self.last_day if days == 1 else self.last_days.format(days=days)


ENGLISH: Final = InsightTexts(
    last_day="Today",
    last_days="Last {days} days",
    stats="Figures",
    questions="**{count}** asked",
    no_questions="No questions were asked.",
    answered="🟦 **{count}** answered ({share})",
    refused="🟧 **{count}** refused ({share})",
    other="⬜ **{count}** other ({share})",
    liked="👍 **{share}** of {count} ratings",
    no_ratings="👍 no ratings",
    median="⏱️ **{seconds} s** to a whole answer, in the median",
    no_median="⏱️ no answers",
    busiest="Busiest pages",
    picture="Questions over time: answered, refused and other",
    stats_note="{period}. Other: quoted, stopped, failed. Days are in UTC. Private questions count too.",
    unanswered="Not in the documentation",
    nothing_unanswered="Every question found something in the documentation.",
    times_asked="**{count}×**",
    more_places="and {count} more",
    unanswered_note="{period}. Questions that are alike stand together; private ones are left out.",
    only_newest="Only the newest {count} were looked at.",
    feedback="Ratings",
    no_feedback="Nobody has rated an answer.",
    feedback_note="{period}, newest first. Those of private questions are left out.",
    reasons={"wrong": "wrong", "outdated": "outdated", "incomplete": "incomplete", "off_topic": "off topic"},
    export="Export",
    exported="{period}: **{count}** asked, newest first.",
    exported_newest="{period}: the newest **{count}** only, since not all fit into one file.",
    nothing_to_export="{period}: no questions.",
    export_note="Private questions are left out, and who asked.",
    no_such_question=(
        "This server has no such question. Give its id, or the link of the message that asked or answers it."
    ),
    log="Question",
    asked_by="**Asked** by {who} {where}, {when}",
    message="message",
    not_kept="somebody whose id is not kept",
    ended="**Ended** as {outcome}",
    ends={
        "answered": "answered",
        "refused": "refused: not in the documentation",
        "quoted": "quoted passages",
        "cancelled": "stopped",
        "failed": "failed",
    },
    running="**Ended** not yet",
    searched="**Searched** {query}",
    times="**Took** {times}",
    until_found="passages {seconds} s",
    until_shown="first words {seconds} s",
    in_all="all {seconds} s",
    sources="**Sources** {cited}",
    cited_of="{cited} cited of {found} found",
    held_back="**Held back** {count} of the model's sentences",
    rated="**Rated** {ratings}",
    corrected="**Corrected** by {who}, {when}",
    solved="**Solved** {when}",
    handed_over="**Handed over** to a person {when}",
    private_log="It was asked privately: what was said is for the asker alone.",
    no_text_log="Its asker wants nothing kept of it.",
    log_note="Id `{id}`. The file holds everything on record.",
    digest="Weekly digest",
    digest_to="Goes to {channel}.",
    digest_off="No digest is posted.",
    digest_next="Next: {when}",
    digest_quotes="It quotes questions from every channel, so choose one for your team.",
    digest_where="Choose a channel with `channel:`, or turn it off with `off:`.",
    digest_no_access="The bot may not write in {channel}: give it View Channel and Send Messages there first.",
    digest_title="The week in questions",
    before="before: {value}",
    most_asked="Most asked, not in the documentation",
    disliked="Pages below answers with 👎",
    digest_note="{since} to {until}, against the week before. More: `/admin stats`, `/admin unanswered`.",
)

CHINESE: Final = InsightTexts(
    last_day="今天",
    last_days="最近 {days} 天",
    stats="统计",
    questions="提问 **{count}**",
    no_questions="没有人提问。",
    answered="🟦 已回答 **{count}**（{share}）",
    refused="🟧 未能回答 **{count}**（{share}）",
    other="⬜ 其他 **{count}**（{share}）",
    liked="👍 **{share}**，共 {count} 次评分",
    no_ratings="👍 暂无评分",
    median="⏱️ 完整回答耗时中位数 **{seconds} 秒**",
    no_median="⏱️ 暂无回答",
    busiest="引用最多的页面",
    picture="提问数量随时间的变化：已回答、未能回答和其他",
    stats_note="{period}。其他：仅引用原文、被停止或失败。日期为 UTC。私密提问也计入。",
    unanswered="文档中没有答案的问题",
    nothing_unanswered="每个问题都在文档中找到了内容。",
    times_asked="**{count} 次**",
    more_places="另有 {count} 处",
    unanswered_note="{period}。相似的问题归为一组；不含私密提问。",
    only_newest="仅查看了最新的 {count} 个。",
    feedback="评分",
    no_feedback="还没有人给回答评分。",
    feedback_note="{period}，最新的在前。不含私密提问的评分。",
    reasons={"wrong": "有错误", "outdated": "已过时", "incomplete": "不完整", "off_topic": "答非所问"},
    export="导出",
    exported="{period}：**{count}** 个问题，最新的在前。",
    exported_newest="{period}：仅最新的 **{count}** 个问题，全部问题超出了一个文件的大小。",
    nothing_to_export="{period}：没有问题。",
    export_note="不含私密提问，也不含提问者。",
    no_such_question="本服务器没有这个问题。请填写问题的编号，或提问消息、回答消息的链接。",
    log="问题",
    asked_by="**提问** {who} {where}，{when}",
    message="消息",
    not_kept="（未保存提问者）",
    ended="**结果** {outcome}",
    ends={
        "answered": "已回答",
        "refused": "未能回答：文档中没有答案",
        "quoted": "仅引用原文",
        "cancelled": "被停止",
        "failed": "失败",
    },
    running="**结果** 尚未完成",
    searched="**检索** {query}",
    times="**耗时** {times}",
    until_found="找到段落 {seconds} 秒",
    until_shown="首句 {seconds} 秒",
    in_all="全部 {seconds} 秒",
    sources="**来源** {cited}",
    cited_of="找到 {found} 处，引用 {cited} 处",
    held_back="**未显示** {count} 个未通过核对的句子",
    rated="**评分** {ratings}",
    corrected="**更正** {who}，{when}",
    solved="**已解决** {when}",
    handed_over="**已转交真人** {when}",
    private_log="这是私密提问：内容仅对提问者可见。",
    no_text_log="提问者不希望保留任何内容。",
    log_note="编号 `{id}`。文件中有全部记录。",
    digest="每周摘要",
    digest_to="发布到 {channel}。",
    digest_off="不发布摘要。",
    digest_next="下一次：{when}",
    digest_quotes="摘要会引用所有频道中的问题，请选择管理团队的频道。",
    digest_where="用 `channel:` 选择频道，或用 `off:` 关闭。",
    digest_no_access="机器人不能在 {channel} 发言：请先授予“查看频道”和“发送消息”权限。",
    digest_title="本周提问",
    before="上周：{value}",
    most_asked="问得最多、但文档中没有答案的问题",
    disliked="得到 👎 的回答所引用的页面",
    digest_note="{since} 至 {until}，与前一周对比。详见 `/admin stats` 和 `/admin unanswered`。",
)
