"""What moderators and operators read about the bot as a whole: how it is, what it indexes, whether it answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.findings import Verdict
from bot.texts.words import words
from rag_core.indexing.ledger import RunStatus

STATUS: Final = words("status", "状态")
STATUS_DESCRIPTION: Final = words("Show how the bot is", "显示机器人的状态")
DOCTOR: Final = words("doctor", "诊断")
DOCTOR_DESCRIPTION: Final = words("Check every part, and say how to mend it", "检查各部件并说明如何修复")
PAUSE: Final = words("pause", "暂停")
PAUSE_DESCRIPTION: Final = words("Take no questions, in all servers", "在所有服务器中暂停接受问题")
RESUME: Final = words("resume", "恢复")
RESUME_DESCRIPTION: Final = words("Take questions again", "重新接受问题")
REINDEX: Final = words("reindex", "重建索引")
REINDEX_DESCRIPTION: Final = words("Crawl the documentation now", "立即抓取文档")
SOURCE: Final = words("source", "来源")
SOURCE_OPTION: Final = words("Only this one", "仅此来源")
FULL: Final = words("full", "完整")
FULL_OPTION: Final = words("Build all anew beside the live index", "在现有索引旁全部重建")
SCHEDULE: Final = words("schedule", "计划")
SCHEDULE_DESCRIPTION: Final = words("Show or set when to crawl again", "显示或设置重新抓取的时间")
CRON: Final = words("cron", "cron")
CRON_OPTION: Final = words("Five cron fields in UTC, or off", "五个 cron 字段（UTC），或 off")
HISTORY: Final = words("history", "历史")
HISTORY_DESCRIPTION: Final = words("List the index runs", "列出索引运行记录")
ROLLBACK: Final = words("rollback", "回滚")
ROLLBACK_DESCRIPTION: Final = words("Go back to the index before", "恢复到之前的索引")
SOURCES: Final = words("sources", "来源管理")
SOURCES_DESCRIPTION: Final = words("Which documentation is indexed", "索引哪些文档")
ADD: Final = words("add", "添加")
ADD_DESCRIPTION: Final = words("Add a documentation website", "添加一个文档网站")
REMOVE: Final = words("remove", "移除")
REMOVE_DESCRIPTION: Final = words("Remove an added website", "移除已添加的网站")
LIST: Final = words("list", "列表")
LIST_DESCRIPTION: Final = words("Show all sources", "显示所有来源")
NAME: Final = words("name", "名称")
NAME_OPTION: Final = words("A short name, such as blog", "简短的名称，例如 blog")
ADDRESS: Final = words("address", "地址")
ADDRESS_OPTION: Final = words("Its start page, such as https://host/docs", "起始页，例如 https://host/docs")


@dataclass(frozen=True, slots=True)
class OperatingTexts:
    """One field a sentence or heading; `parts`, `stages` and `statuses` are by what the other parts call them."""

    index_away: str
    paused: str
    status: str
    parts: Mapping[str, str]
    fine: str
    away: str
    never: str
    next_crawl: str
    clock_stopped: str
    index: str
    index_of: str
    index_age: str
    sample: str
    no_index: str
    queue: str
    idle: str
    load: str
    speed: str
    no_answers: str
    first_shown: str
    tokens: str
    of_answers: str
    paused_note: str
    doctor: str
    verdicts: Mapping[Verdict, str]
    ask_operator: str
    pause_title: str
    pause_done: str
    pause_again: str
    resume_done: str
    resume_again: str
    run: str
    run_of: str
    run_begun: str
    stages: Mapping[str, str]
    how_far: str
    run_full: str
    run_goes_on: str
    told_here: str
    told_you: str
    run_cut_off: str
    run_broke: str
    busy: str
    full_alone: str
    unknown_source: str
    statuses: Mapping[RunStatus, str]
    pages: str
    passages: str
    golden: str
    golden_before: str
    failures: str
    schedule: str
    schedule_now: str
    schedule_set: str
    schedule_same: str
    schedule_bad: str
    schedule_off: str
    history: str
    no_runs: str
    live: str
    kept: str
    rollback: str
    rollback_from: str
    rollback_to: str
    rollback_of: str
    rollback_ask: str
    rollback_yes: str
    rollback_no: str
    rollback_done: str
    rollback_left: str
    rollback_none: str
    rollback_gone: str
    sources: str
    configured: str
    pages_indexed: str
    source_added: str
    source_next: str
    source_removed: str
    source_removed_next: str
    bad_name: str
    name_taken: str
    bad_address: str
    private_address: str
    overlaps: str
    unreadable: str
    no_page: str
    too_slow: str


ENGLISH: Final = OperatingTexts(
    index_away="The search index can't be reached just now. Please try again in a moment.",
    paused="The bot is paused just now and takes no questions. Please ask again later.",
    status="Status",
    parts={
        "discord": "Discord",
        "milvus": "Milvus",
        "engine": "Engine",
        "database": "Database",
        "scheduler": "Schedule",
    },
    fine="fine",
    away="away",
    never="no crawl planned",
    next_crawl="next crawl {when}",
    clock_stopped="stopped",
    index="Index",
    index_of="Milvus {version}",
    index_age="Milvus {version}, refreshed {age}",
    sample="the sample pages, until the documentation is indexed",
    no_index="nothing yet",
    queue="Queue",
    idle="empty",
    load="{answers} being answered, {waiting} of them waiting",
    speed="Speed",
    no_answers="no answers yet",
    first_shown="first text after {seconds:.1f} s",
    tokens="{rate:.0f} tokens a second",
    of_answers="Speed: medians of the last {answers} answers.",
    paused_note="Paused: no questions are taken until `/admin resume`.",
    doctor="Doctor",
    verdicts={"ok": "fine", "warning": "worth a look", "wrong": "wrong"},
    ask_operator="How to mend the bot's own parts is told to its operators only.",
    pause_title="Questions",
    pause_done="No questions are taken any more, in no server. `/admin resume` ends it.",
    pause_again="It was paused already.",
    resume_done="Questions are taken again.",
    resume_again="It was not paused.",
    run="Index run",
    run_of="Index run of {source}",
    run_begun="Starting…",
    stages={
        "Crawling pages": "Crawling pages",
        "Reading pages": "Reading pages",
        "Embedding chunks": "Embedding passages",
        "Preparing the index for searches": "Preparing the index for searches",
        "Asking golden questions": "Asking golden questions",
    },
    how_far="{done} of {total}",
    run_full="Built anew beside the live index.",
    run_goes_on="It goes on. See `/admin status`. {told}",
    told_here="Its end is told in {channel}.",
    told_you="Its end is told you by direct message.",
    run_cut_off="The bot was stopped in the middle of it. The next run goes on from there.",
    run_broke="It broke off: {reason}",
    busy="A run is under way already. See `/admin status`.",
    full_alone="A full run is of all sources: leave `source` out.",
    unknown_source="There is no source {name}. `/admin sources list` has them all.",
    statuses={
        "running": "running",
        "finished": "finished",
        "failed": "failed",
        "rejected": "turned away",
        "rolled back": "rolled back",
    },
    pages="{new} new, {changed} changed, {unchanged} unchanged, {gone} gone, {failed} failed",
    passages="{total} passages, {embedded} embedded, {seconds} s",
    golden="golden questions {score:.3f}",
    golden_before="golden questions {score:.3f}, before {before:.3f}",
    failures="and {more} more",
    schedule="Schedule",
    schedule_now="`{cron}` (UTC), next {when}",
    schedule_set="Saved, and in force.",
    schedule_same="Nothing changed: it was so already.",
    schedule_bad=(
        "`{cron}` is no schedule. Give five cron fields in UTC, such as `0 4 * * *` for each day at 4:00, or `off`. Of "
        "day and weekday, one must be `*`."
    ),
    schedule_off="off: never by the clock",
    history="Index runs",
    no_runs="Nothing was indexed yet.",
    live="live",
    kept="kept",
    rollback="Roll back?",
    rollback_from="Live",
    rollback_to="Back to",
    rollback_of="{source}, built {when}",
    rollback_ask="It takes effect at once, in all servers. A second rollback returns.",
    rollback_yes="Roll back",
    rollback_no="Leave it",
    rollback_done="Rolled back. The index built {when} is live again.",
    rollback_left="Nothing changed.",
    rollback_none="There is no index to go back to: {reason}",
    rollback_gone="The indexes have changed meanwhile: look again with `/admin rollback`.",
    sources="Sources",
    configured="set by DOCS_SOURCE",
    pages_indexed="{pages} pages",
    source_added="{name} is added.",
    source_next="Its pages come with the next run: `/admin reindex`.",
    source_removed="{name} is removed.",
    source_removed_next="Its pages go with the next run: `/admin reindex`.",
    bad_name="`{name}` is no name: use up to 32 of a-z, 0-9 and -, beginning with a letter.",
    name_taken="There is a source {name} already. Remove it first, or choose another name.",
    bad_address="That is no web address. Write it like `https://host/docs`.",
    private_address="That leads to an address that is not public, so it can't be added.",
    overlaps="That is part of the source {name}, or holds it.",
    unreadable="It can't be read as documentation: {reason}",
    no_page="It can be opened, but has no page of documentation (addresses that end in .md).",
    too_slow="It gave no page within {seconds} seconds.",
)

CHINESE: Final = OperatingTexts(
    index_away="暂时无法连接搜索索引。请稍后再试。",
    paused="机器人目前已暂停，不接受问题。请稍后再问。",
    status="状态",
    parts={
        "discord": "Discord 连接",
        "milvus": "Milvus 数据库",
        "engine": "语言模型",
        "database": "记录数据库",
        "scheduler": "定时任务",
    },
    fine="正常",
    away="无法连接",
    never="未计划抓取",
    next_crawl="下次抓取 {when}",
    clock_stopped="已停止",
    index="索引",
    index_of="Milvus {version} 文档",
    index_age="Milvus {version} 文档，更新于 {age}",
    sample="示例页面，直到文档索引完成",
    no_index="尚无",
    queue="队列",
    idle="空闲",
    load="正在回答 {answers} 个，其中 {waiting} 个在等待",
    speed="速度",
    no_answers="还没有回答",
    first_shown="{seconds:.1f} 秒后出现首段文字",
    tokens="每秒 {rate:.0f} 个词元",
    of_answers="速度为最近 {answers} 个回答的中位数。",
    paused_note="已暂停：在 `/admin resume` 之前不接受问题。",
    doctor="诊断",
    verdicts={"ok": "正常", "warning": "需留意", "wrong": "有问题"},
    ask_operator="机器人自身部件的修复方法只告知运营者。",
    pause_title="提问",
    pause_done="所有服务器都不再接受问题。用 `/admin resume` 恢复。",
    pause_again="之前已经暂停了。",
    resume_done="重新接受问题。",
    resume_again="之前没有暂停。",
    run="索引运行",
    run_of="索引运行：{source}",
    run_begun="正在开始…",
    stages={
        "Crawling pages": "正在抓取页面",
        "Reading pages": "正在读取页面",
        "Embedding chunks": "正在嵌入段落",
        "Preparing the index for searches": "正在为搜索准备索引",
        "Asking golden questions": "正在检验基准问题",
    },
    how_far="{done}，共 {total}",
    run_full="在现有索引旁全部重建。",
    run_goes_on="运行仍在继续，见 `/admin status`。{told}",
    told_here="结束时会在 {channel} 中通知。",
    told_you="结束时会私信通知你。",
    run_cut_off="机器人在中途被停止。下次运行将从那里继续。",
    run_broke="运行中断：{reason}",
    busy="已有运行正在进行。见 `/admin status`。",
    full_alone="完整运行涵盖所有来源：请不要填写 `source`。",
    unknown_source="没有名为 {name} 的来源。`/admin sources list` 列出全部来源。",
    statuses={
        "running": "进行中",
        "finished": "已完成",
        "failed": "失败",
        "rejected": "未采用",
        "rolled back": "已回滚",
    },
    pages="新增 {new}，更改 {changed}，未变 {unchanged}，消失 {gone}，失败 {failed}",
    passages="共 {total} 个段落，新嵌入 {embedded} 个，{seconds} 秒",
    golden="基准问题得分 {score:.3f}",
    golden_before="基准问题得分 {score:.3f}，之前 {before:.3f}",
    failures="另有 {more} 条",
    schedule="计划",
    schedule_now="`{cron}`（UTC），下次 {when}",
    schedule_set="已保存并生效。",
    schedule_same="没有变化：之前就是这样。",
    schedule_bad=(
        "`{cron}` 不是有效的计划。请给出五个 cron 字段（UTC），例如 `0 4 * * *` 表示每天 4:00，或 `off`。"
        "日期和星期中必须有一个为 `*`。"
    ),
    schedule_off="off：不定时抓取",
    history="索引运行记录",
    no_runs="还没有索引任何内容。",
    live="使用中",
    kept="保留",
    rollback="要回滚吗？",
    rollback_from="使用中",
    rollback_to="恢复到",
    rollback_of="{source}，建于 {when}",
    rollback_ask="立即在所有服务器中生效。再次回滚可以返回。",
    rollback_yes="回滚",
    rollback_no="保持不变",
    rollback_done="已回滚。建于 {when} 的索引重新启用。",
    rollback_left="没有变化。",
    rollback_none="没有可恢复的索引：{reason}",
    rollback_gone="索引在此期间已有变化：请重新使用 `/admin rollback` 查看。",
    sources="来源",
    configured="由 DOCS_SOURCE 设置",
    pages_indexed="{pages} 页",
    source_added="已添加 {name}。",
    source_next="其页面将在下次运行时加入：`/admin reindex`。",
    source_removed="已移除 {name}。",
    source_removed_next="其页面将在下次运行时移除：`/admin reindex`。",
    bad_name="`{name}` 不是有效的名称：最多 32 个字符，只能用 a-z、0-9 和 -，以字母开头。",
    name_taken="已有名为 {name} 的来源。请先移除它，或另选名称。",
    bad_address="这不是网址。请写成 `https://host/docs` 的形式。",
    private_address="该地址指向非公开的网络地址，因此不能添加。",
    overlaps="它属于来源 {name}，或包含该来源。",
    unreadable="无法作为文档读取：{reason}",
    no_page="可以打开，但没有文档页面（以 .md 结尾的地址）。",
    too_slow="{seconds} 秒内没有给出任何页面。",
)
