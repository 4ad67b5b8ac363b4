"""Words that say nothing of what a question is about: talk, courtesy, time, quantity, common verbs and nouns.

Of Chinese, the characters that do the same.

Where the documentation lacks one of these, it may answer all the same; where it lacks another word, that counts.
"""

from rag_core.answering.wording import words

_WORDS = """
able actually add again ago allow already always answer anybody anyone anything anyway apparently appear around ask
away back bad basically beginner begin believe best better big bit boss box break bring broken bug build busy buy call
case cause certain chance change cheap check choose clear clearly close colleague come common company complain complete
confuse confused constantly correct correctly cost couple course create curious current currently customer day deal
decide default definitely depend describe detail die difference different difficult directly doc docs documentation
double easy easily else end enough entire error especially even eventually everybody everyone everything exact exactly
example except exist expect expected explain extra fact fail fairly far fast feel figure file final finally find fine
finish first fix follow forget forgot form forward found four free friend full fully fun function general get give
given go goes going good got great group grow guess guy half hand handle happen hard hate head hear hello help here hey
hi hint hold home hope hour huge hundred idea identical important impossible include individual info information
inside instead intend issue job join keep kind know large last late later lead learn least leave left legit less let
level like line list literally little live lol long longer look lose lost lot low made main make manage many matter
maybe mean meaning mention mess message middle million mind mine minute miss missing moment money month morning move
much multiple name near necessary need never new newbie next nice night nobody normal normally note nothing notice
number obvious odd off official often ok okay old one open option order original otherwise outside page paragraph part
particular pass people perfect perhaps person piece place plain play please plenty point possible post prefer present
pretty prevent probably problem process produce project proper properly prove put question quick quickly quite random
rather read ready real really reason recent recently recommend regard related relevant remember remove repeat replace
reply require rest result return right roughly run sad safe said save saw say saying says second see seem seen send
sense separate seriously set several short show side similar simple simply since single sit situation size slow slowly
small solve someone somebody something sometimes somewhere soon sorry sort sound special specific split stack start
state stay step still stop straight strange stuck student stuff stupid suddenly suggest suppose supposed sure surprise
switch take talk team tell ten test thank thanks thing think thought thousand three throw time today together tomorrow
took top total totally touch tried trouble true truth try trying turn tutorial twice two type typical understand
unfortunately unless unsure usual usually value variant version wait walk want waste watch week weird well went whatever
whenever whole willing wish wonder word work working world worry worse worst worth write wrong wrote yeah year yesterday
yet zero btw wtf pls plz idk imo afaik tho ty thx hmm gonna wanna cant dont doesnt isnt wont whats hows im ive
don doesn isn aren wasn couldn shouldn wouldn haven hasn didn won re
的 了 吗 呢 吧 是 在 有 和 与 或 不 没 我 你 您 他 它 们 这 那 哪 里 谁 什 么 怎 样 如 何 为
可 以 能 会 要 想 请 问 个 一 就 都 也 还 很 多 少 几 到 从 把 被 给
"""

EVERYDAY = words(_WORDS)
"""Their stems."""
