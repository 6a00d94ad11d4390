"""Sentences for people: every refusal in Chinese, and every text in English through one catalogue.

Chinese is the source language; English stands in `translations/en/LC_MESSAGES/messages.po`.
"""

import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from voting.errors import Refusal, Refused
from voting.rules.assembly import ABOUT_WORDS, ACT_WORDS, PHASE_WORDS
from voting.rules.delivery import WAY_WORDS
from voting.rules.revoting import REVOTING_WORDS
from voting.rules.settings import SETTING_WORDS

LOCALES = ("zh_Hans", "en")

# One sentence a refusal: what happened, what it means for you, what to do now; `{name}` is from the context.
SENTENCES: dict[Refusal, str] = {
    # protocol: encoding, elements, scalars
    Refusal.ELEMENT_NOT_CANONICAL: "记录中的一个数写法不合规范（{place}），被改动过或已损坏。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.ELEMENT_NOT_IN_GROUP: "记录中的一个数不属于约定的数学群（{place}）。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.ELEMENT_IDENTITY: "记录中的一个密文没有加密（{place}）。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.SCALAR_NOT_CANONICAL: "证明中的一个数写法不合规范（{place}），被改动过或已损坏。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.SCALAR_OUT_OF_RANGE: "证明中的一个数超出范围（{place}），被改动过或已损坏。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.JSON_MALFORMED: "数据格式读不懂（{what}），没有采用。请确认文件完整、没有被改动。",
    Refusal.JSON_NOT_CANONICAL: "数据不是规定的唯一写法（{what}），没有采用。请使用系统导出的原件，不要用别的软件保存过的文件。",
    # protocol: credentials
    Refusal.CREDENTIAL_MISTYPED: "投票码的第 {group} 组和信上印的不一样（写的是第 0 组，就是漏了或者多了字）。请对着信再输一遍。",
    Refusal.MESSAGE_PROOF_INVALID: "投票码没有通过核对，没有进入。请重新扫描信上的二维码；还是不行，请找服务点，地址印在信上。",
    # protocol: election and trustees
    Refusal.ELECTION_MALFORMED: "选举说明不合规范（{place}）。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.GROUP_UNKNOWN: "不认识的加密参数“{group}”，没有办法核对。请换用更新版本的程序，或者查明文件的来源。",
    Refusal.TRUSTEE_KEY_PROOF_INVALID: "第 {trustee} 位保管人的钥匙证明不成立。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.ELECTION_KEY_MISMATCH: "选举公钥与保管人的钥匙对不上。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.CREDENTIAL_DUPLICATE: "投票码名单中第 {number} 个重复出现。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.WEIGHT_INVALID: "投票码名单中第 {number} 个的面积不是正整数。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.WEIGHT_TOTAL_TOO_LARGE: "名单的面积合计大得不合常理，不能计票。请核对业主名册里面积的单位是不是平方米。",
    # protocol: ballots
    Refusal.BALLOT_WRONG_ELECTION: "这张选票属于另一次表决，没有投进票箱。请重新扫描这次信上的二维码。",
    Refusal.BALLOT_WRONG_HASH: "这张选票上的表决事项与现在的不一致，没有投进票箱。请刷新页面，重新选一遍。",
    Refusal.BALLOT_CREDENTIAL_UNLISTED: "选票上的投票码不在名册上，没有投进票箱。请找服务点，地址印在信上。",
    Refusal.BALLOT_WRONG_SHAPE: "选票的格数与表决事项不符（第 {question} 题），没有投进票箱。请刷新页面，重新选一遍。",
    Refusal.BALLOT_INDIVIDUAL_PROOF_INVALID: (
        "选票第 {question} 题第 {choice} 项没有封好（证明不成立），没有投进票箱。请刷新页面，重新选一遍。"
    ),
    Refusal.BALLOT_OVERALL_PROOF_INVALID: "选票第 {question} 题没有封好（总数的证明不成立），没有投进票箱。请刷新页面，重新选一遍。",
    Refusal.BALLOT_BLANK_PROOF_INVALID: "选票第 {question} 题没有封好（空白票的证明不成立），没有投进票箱。请刷新页面，重新选一遍。",
    Refusal.BALLOT_SIGNATURE_INVALID: "选票上的签名与投票码对不上，没有投进票箱。请重新扫描信上的二维码再投。",
    Refusal.BALLOT_REPLAYED: "票箱中有一张选票被重复放入（第 {height} 号）。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.BALLOT_SECOND: "同一个投票码投了两张选票（第 {height} 号）。本次投票不允许重投，这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.BALLOT_THIRD: "同一个投票码投了三张选票（第 {height} 号）。本次投票只能改投一次，这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.CHOICES_INVALID: "第 {question} 题的选择不符合规则，没有封成选票。请检查选了几项。",
    # protocol: archive
    Refusal.ARCHIVE_TRUNCATED: "归档文件不完整（第 {member} 段），没有办法核对。请重新取得完整的文件。",
    Refusal.ARCHIVE_HEADER_INVALID: "归档文件的结构不合规范，没有办法核对。请使用系统导出的原件。",
    Refusal.ARCHIVE_NAME_NOT_HASH: "归档中有一段内容与它的摘要不符（第 {height} 号）。内容被改动过，这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.ARCHIVE_GRAMMAR: "归档中各步骤的先后不合规定（第 {height} 号）。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.ARCHIVE_HEIGHT: "归档中的编号不连续（第 {height} 号）。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.ARCHIVE_PARENT: "归档的链条在第 {height} 号断开。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.ARCHIVE_REFERENCE: "归档第 {height} 号引用的内容缺失、多余或不符。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    # protocol: tally
    Refusal.TALLY_MISMATCH: "密封的合计与选票对不上（第 {height} 号）。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.TALLY_COUNT_MISMATCH: "计票的张数或面积与选票对不上（第 {height} 号）。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.DECRYPTION_PROOF_INVALID: (
        "第 {trustee} 位保管人对第 {question} 题第 {choice} 项的开票证明不成立。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。"
    ),
    Refusal.DECRYPTION_OWNER_INVALID: "开票记录（第 {height} 号）所写的保管人不对。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.DECRYPTION_SHAPE: "第 {trustee} 位保管人的开票记录与表决事项不符。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.DECRYPTION_MISSING: "缺少保管人的开票记录（第 {height} 号）。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.RESULT_MISMATCH: "公布的票数与开票记录算出的不符。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.RESULT_NOT_FOUND: "开票记录算不出合理的票数。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    # protocol: threshold
    Refusal.SEED_MALFORMED: "保管人的密钥种子应当是 22 个字母和数字，现在不是，没有使用。请对着保存的文件或纸再取一次。",
    Refusal.THRESHOLD_OUT_OF_RANGE: "保管人的人数不对：共 {size} 位，要 {threshold} 位才能开票，编号 {index}。开票所需的人数应在 1 到总人数之间，编号也是。请更正后再试。",
    Refusal.THRESHOLD_SHAPE: "保管人的材料份数不对（{what}），没有采用。请把每一位保管人的文件按编号的顺序各放一份，再试一次。",
    Refusal.CERTIFICATE_INVALID: "第 {trustee} 位保管人的证书签名不成立，没有采用。请向本人重新索取证书；不要继续后面的步骤。",
    Refusal.CERTIFICATE_CONTEXT: "第 {trustee} 位保管人的证书写的人数、开票所需人数、编号或加密参数和别人的不一样，没有采用。请核对各人的编号，让不一致的人重新制作证书。",
    Refusal.CERTIFICATE_DUPLICATE: "第 {trustee} 位保管人的证书用了已经有人用的钥匙，没有采用。每位保管人要用自己的钥匙；请查明是谁的文件放重了。",
    Refusal.CERTIFICATE_NOT_FOUND: "证书里没有您的那一份，没有继续。请核对密钥文件，并确认收到的是包含您证书的整套文件。",
    Refusal.COMMITMENT_INVALID: "第 {trustee} 位保管人公布的承诺签名不成立，没有采用。请确认文件按编号的顺序放好；还是不对，请向本人重新索取。",
    Refusal.COMMITMENT_LENGTH: "第 {trustee} 位保管人公布的承诺个数与开票所需的人数不符，没有采用。请让他重新制作。",
    Refusal.COMMITMENT_NOT_BOUND: "第 {trustee} 位保管人的承诺不是针对这一套证书作出的，没有采用。有人拿到的证书可能不一样：请各位当面核对证书，再从头做一遍。",
    Refusal.MESSAGE_UNREADABLE: "第 {trustee} 位保管人发来的密件打不开，没有采用。它可能是发给别人的，或者被改动过；请让他重新发送。",
    Refusal.MESSAGE_SENDER_INVALID: "第 {trustee} 位保管人名下的密件不是他本人签的，没有采用。请停下来，当面核对是谁送来的。",
    Refusal.MESSAGE_RECIPIENT_INVALID: "第 {trustee} 位保管人的密件本来是写给别人的，没有采用。请停下来，当面核对是谁转来的。",
    Refusal.SHARE_INVALID: "第 {trustee} 位保管人分给您的那一份与他公布的承诺不符，没有采用。这位保管人或转交的人做错了；请各位当面查明，再从头做一遍。",
    Refusal.OWN_POLYNOMIAL_DIFFERS: "以您的名义公布的承诺不是您最后做的那一份，没有继续。请把自己的文件重新交一次。",
    Refusal.VERIFICATION_KEY_MISMATCH: "第 {trustee} 位保管人的公钥与大家公布的承诺算出的不符。这套钥匙不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.VERIFICATION_KEY_SIGNATURE_INVALID: "第 {trustee} 位保管人没有用自己的签名确认公钥。这套钥匙不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.CIRCLE_UNSIGNED: "这套保管人的钥匙是旧格式的，看不出各位保管人认可了彼此，所以没有采用。请用现在的程序重新制作一套钥匙。",
    Refusal.TRUSTEE_NOT_IN_ELECTION: "这场表决的保管人里没有这把钥匙，没有开票。请核对密钥文件和表决记录是不是同一场的；都没有拿错，请立即告诉监督员。",
    Refusal.DECRYPTION_TOO_FEW: "开票需要 {needed} 位保管人，现在有效的只有 {valid} 位，没有开票。请等其他保管人送来他们的部分。",
    Refusal.DECRYPTION_TOO_EARLY: "投票还没有截止，没有开票。截止之前开票会泄露各户的选择；请在截止之后重新下载记录再来。",
    Refusal.DECRYPTED_BEFORE: "您已经为这场表决开过票，而这次的合计和那次不同，所以没有再开。同一场表决开两次不同的合计会泄露个别人的选择；请立即告诉监督员。",
    Refusal.PRIVATE_KEY_MISSING: "密钥文件里还没有您的开票钥匙，没有继续。请先完成制作钥匙的最后一步（voting trustee output）。",
    Refusal.PRIVATE_KEY_THERE: "密钥文件里已经有另一套开票钥匙，没有改动它，免得那一套打不开。请为新的一套另外新建一个密钥文件。",
    # protocol: one ballot opened
    Refusal.OPENED_OTHER_BALLOT: "打开的不是这一张票：回执号对不上，没有采用。请重新取得文件再核对。",
    Refusal.OPENED_OWNER_INVALID: "打开这张票的人里，第 {trustee} 位保管人重复了，或者次序不对。这份文件不能采信，请重新取得原件再核对。",
    Refusal.OPENED_NO_CHOICE: "这张票打开后，第 {question} 题不是一个有效的选择：钥匙或者记录不对，没有采用。请交监督员查明原因。",
    Refusal.OPENED_CHOICES_MISMATCH: "记下的选择（第 {question} 题）与票里的不一样，不能采信。请以核对程序算出的为准，并交监督员查明原因。",
    # record: twins, law, history, export
    Refusal.TWINS_DISAGREE: "人数与面积两份归档对不上（{place}）。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.RULES_NOT_BOUND: "表决规则与选举绑定的摘要不符。规则被改动过，这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.RULES_DISAGREE: "表决规则与归档的内容不符（{place}）。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.OUTCOME_MISMATCH: "公布的结论与按规则从票数推出的不符。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.CHECKPOINT_INVALID: "校验点的签名或内容不成立。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.CHECKPOINT_NOT_A_PREFIX: "这份记录不是从先前的校验点（第 {height} 号）接续而来。票箱在那之后被改动过，这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.LOG_BROKEN: "操作日志从第 {line} 条起接不上，被改动过。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.LOG_ACT_UNKNOWN: "操作日志第 {line} 条记的是一种不认识的操作（{act}）。请用更新版本的程序核对；还是不认识，这份记录不能采信，请交监督员查明原因。",
    Refusal.LOG_DETAILS_MALFORMED: "操作日志第 {line} 条的内容不合规定（{place}）。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.LOG_UNSIGNED: "操作日志第 {line} 条没有服务器的签名：是旧版程序写的，或者签名被去掉了。少了签名，看不出这一条是不是服务器写的，请交监督员查明原因。",
    Refusal.LOG_SIGNATURE_INVALID: "操作日志第 {line} 条的签名不成立：不是这次表决的服务器写的，或者被改动过。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.LOG_DISAGREES: "操作日志第 {line} 条与记录的其他部分不符（{place}）。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.LOG_NOT_A_PREFIX: "操作日志不是从先前的校验点接续而来，那时的日志后来被改动过。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.STEP_MISSING: "会议还没有“{step}”，就有了这次表决。这份记录不能采信，请交监督员查明原因。",
    Refusal.ASSEMBLY_DIFFERS: "每张票签名的规则所写的会议，与会议的计划不符（{place}）。这份记录不能采信，请交监督员查明原因。",
    Refusal.NOTICE_DIFFERS: "每张票签名的规则所写的会议公告，不是开始投票以前的那一次公告。这份记录不能采信，请交监督员查明原因。",
    Refusal.NOTICE_WINDOW_DIFFERS: "会议公告的投票时间，与每张票签名的规则不符（{place}）。这份记录不能采信，请交监督员查明原因。",
    Refusal.NOTICE_QUESTIONS_DIFFER: "表决的第 {question} 题，不是会议公告所写的那一题。这份记录不能采信，请交监督员查明原因。",
    Refusal.NOTICE_ROLL_DIFFERS: "表决所用的名册，不是会议公告所写的那一份。这份记录不能采信，请交监督员查明原因。",
    Refusal.CANDIDATES_DIFFER: "表决的候选人，与公示的名单不符。这份记录不能采信，请交监督员查明原因。",
    Refusal.BOARD_WINDOW_DIFFERS: "投票箱开启或封存的时间，与会议开始或截止投票的时间不符（{place}）。这份记录不能采信，请交监督员查明原因。",
    Refusal.EXPORT_FILE_DIFFERS: "{name} 不是导出时的那一份，被改动过或者缺失。里面的内容不能当真；请重新取得原件再核对。",
    Refusal.EXPORT_UNREADABLE: "文件读不出来（{what}）。请选系统导出的 EXPORT.zip、一个 .bel 归档，或者解压后的文件夹。",
    Refusal.EXPORT_INCOMPLETE: "导出的文件里缺少 {name}，没有办法核对完整。请重新导出一份。",
    Refusal.CLUSTER_SOFTWARE_MISSING: "这里没有安装 Dask，用不了 --scheduler。请在本程序的文件夹里运行 pip install '.[dask]'；不加 --scheduler 也能在这台电脑上核对。",
    Refusal.CLUSTER_UNREACHABLE: "连不上 Dask 调度器 {address}，什么也没有核对。请查看地址、网络，以及它是不是在运行。",
    Refusal.CLUSTER_EMPTY: "Dask 调度器 {address} 那边一分钟没有一个工作进程，没有核对完。请启动工作进程，再核对一次。",
    Refusal.WORKER_PROGRAM_DIFFERS: "{worker} 上的核对程序和这里的不是同一个版本，它的答案不能用。请在每台机器上安装同一个版本，再核对一次。",
    Refusal.WORKER_FAILED: "工作进程没有做完（{reason}），没有核对完。请看它那边的记录：每台机器都要装有同一个版本的本程序。",
    # part A: rules and spreadsheets
    Refusal.AGENDA_MALFORMED: "议程文件的“{place}”处格式不对。议程没有被采用；请对照示例更正后再试。",
    Refusal.AGENDA_FIELD_MISSING: "议程缺少“{place}”。请补上后再试。",
    Refusal.AGENDA_FIELD_UNKNOWN: "议程里有不认识的项目“{place}”。可能是拼写错误；请更正或删去后再试。",
    Refusal.AGENDA_TEXT_MISSING: "“{place}”没有填写。请填上文字后再试。",
    Refusal.AGENDA_TEXT_TOO_LONG: "“{place}”太长，最多 {longest} 个字。请缩短后再试。",
    Refusal.AGENDA_TEXT_UNPRINTABLE: "“{place}”里有换行或看不见的字符，印不到选票上。请重新输入这段文字。",
    Refusal.AGENDA_TOO_MANY: "“{place}”太多，最多 {most} 个。请减少后再试。",
    Refusal.AGENDA_NAME_TWICE: "“{name}”重复出现（{place}）。请改成不同的名称，或删去多余的一个。",
    Refusal.AGENDA_NAME_SEPARATOR: "候选人姓名里有顿号、逗号或分号（{place}）。请一人一行，去掉这些符号。",
    Refusal.STROKES_UNKNOWN: "按姓氏笔画排不出先后：笔画表里没有这些字，或者不全：{characters}。请核对有没有写错；没有写错，就选“公布过的固定次序”，自己排好。",
    Refusal.AGENDA_ID_MALFORMED: (
        "议题编号不合要求（{place}）。请用小写英文字母开头，只含字母、数字、- 和 _，最多 32 个字符。"
    ),
    Refusal.AGENDA_KIND_UNKNOWN: (
        "不认识这种议题（{place}）。议题只有两种：表决事项 motion，委员选举 committee。"
    ),
    Refusal.AGENDA_MATTER_UNKNOWN: (
        "没有选对议题所属的事项（{place}）。"
        "请从《民法典》第二百七十八条的九类事项中选一类；委员选举只能属于第三项。"
    ),
    Refusal.AGENDA_QUESTIONS_MISSING: "还没有表决事项。请至少加上一项。",
    Refusal.AGENDA_CANDIDATES_MISSING: "委员选举没有候选人（{place}）。请至少填一位。",
    Refusal.AGENDA_SEATS: (
        "业主委员会不能设 {seats} 个席位（{place}）。席位应为 5 至 11 之间的单数；小型小区可以是 3。"
    ),
    Refusal.AGENDA_AT_MOST: "最多可选人数不对（{place}）。应在 1 到 {most} 之间。",
    Refusal.AGENDA_SECRECY_UNKNOWN: (
        "票的保密方式不认识（{place}）。请写 confidential（记名保密）、secret（不公开任何单张票）"
        "或 open（监督员可见每张票），或者不写，就是记名保密。"
    ),
    Refusal.AGENDA_SCOPE_EMPTY: "表决范围里没有选楼栋（{place}）。请至少选一栋，或选择整个小区。",
    Refusal.AGENDA_TIME_UNREADABLE: (
        "时间读不懂（{place}）。请写成 2026-05-01T09:00:00+08:00 这样的形式，要带时区。"
    ),
    Refusal.AGENDA_CLOSES_BEFORE_OPENING: "结束时间不晚于开始时间（{place}）。请更正后再试。",
    Refusal.AGENDA_PLANS_MISSING: "只有一个方案（{place}）。请至少写两个方案；只有一个的，请改成“同意、反对、弃权”的表决。",
    Refusal.AGENDA_MATTER_OF_OTHERS: "这一项不由这次投票的人决定（{place}）：业主大会和居民会议的事项不能放在同一张票上。请分开表决。",
    Refusal.DEEMED_IN_FIRST: "首次业主大会还没有生效的议事规则，不能约定没投票的业主视为同意或者随多数。请去掉这一条。",
    Refusal.DEEMED_NOT_ADOPTED: "没投票的怎样计算，这一条写的通过日期是 {dated}，还没有到：没有通过的约定不能用。请核对日期。",
    Refusal.DEEMED_NOT_AGREED: "这次会议没有约定没投票的怎样计算，不能计入。请只按实际投票计算。",
    Refusal.LOT_SEED_MISSING: "票数相同要抽签，但缺少截止时的摘要，不能抽。请先截止投票，再计票。",
    Refusal.INCOMPLETE_NOT_IN_PLACE: "按这里的规则，委员没有选满，委员会不能成立。议事规则或者当地另有规定的，请先在会议的“规则”里改“未选满可否成立”，写明原因；否则请把“没有选满，至少几人也能成立”空着。",
    Refusal.INCOMPLETE_TOO_FEW: "“没有选满，至少几人也能成立”不能是 {given} 人：这里的委员会至少要有 {least} 人。请改好再继续。",
    Refusal.COMMITTEE_EMPTY: "没有一位委员在任：这不是补选。请重新组织一次选举。",
    Refusal.COMMITTEE_HALVED: "有人离任以后，留任的委员只有 {members} 人，没有超过全部 {size} 席的一半，不能补选。请重新选举全部委员：北京、上海、杭州的规定都是这样。",
    Refusal.NOTHING_VACANT: "委员会没有空缺，不用补选。",
    Refusal.RESULT_NOT_FINAL: "选举结果还没有最后确定，不能安排补选。请等正式结果公布以后再来。",
    Refusal.COMMITTEE_ELECTED_SINCE: "这次选举以后，《{title}》又选出过委员。请从那一次的结果安排补选：现在的委员和空缺以它为准。",
    Refusal.SITTING_NOT_PLANNED: "这次会议不是从一次选举结果安排的补选，不能写明哪些委员留任。请从那次选举的页面安排补选。",
    Refusal.BY_ELECTION_DIFFERS: "这次补选是为 {vacant} 个空缺安排的，留任 {members} 人；这一项的名额或者留任的人和它不一致。请改成一致；情况又有变化的，请重新安排补选。",
    Refusal.COMMITTEE_SIZE: "委员会不能是 {size} 人：这里应当是 {least} 到 {most} 人之间的单数。请改好人数再继续。",
    Refusal.ALTERNATES_TOO_MANY: "候补委员不能有 {alternates} 人：这里最多 {most} 人。请改好人数再继续。",
    Refusal.RULES_MALFORMED: (
        "规则文件的“{place}”与按法律和议程应有的内容不符。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。"
    ),
    Refusal.ROLL_EMPTY: "所选范围内没有一位有投票权的业主。请检查楼栋范围和不计入的用途。",
    Refusal.TOTALS_IMPOSSIBLE: (
        "计票总数自相矛盾（{measure}，{question}），没有任何一组有效选票能得出它。结果不能采用；请重新取得原件再核对。"
    ),
    Refusal.AREA_MISSING: "没有填写面积。请按产权证填写。",
    Refusal.AREA_UNREADABLE: "面积读不懂。请只写一个数字，例如 88.62。",
    Refusal.AREA_NOT_POSITIVE: "面积必须大于零。请按产权证更正。",
    Refusal.AREA_TOO_FINE: "面积最多两位小数。请按产权证上的数字填写。",
    Refusal.AREA_TOO_LARGE: "面积大得不合常理，多半是漏了小数点。请按产权证更正。",
    Refusal.REGISTER_HEADER_NOT_FOUND: (
        "没有找到表头。业主名册要有一行写着房号、业主姓名、建筑面积等列名；请补上，或者手工指定各列。"
    ),
    Refusal.REGISTER_COLUMN_MISSING: (
        "业主名册第 {row} 行的表头里没有认出这些列：{columns}。请手工指定它们是哪一列，或改好列名再上传。"
    ),
    Refusal.REGISTER_COLUMN_AMBIGUOUS: (
        "业主名册第 {row} 行的表头里有几列意思相同：{columns}。请手工指定用哪一列。"
    ),
    Refusal.REGISTER_MAPPING_INVALID: (
        "“{column}”指定的列不对：这一列不在表里，或者被指定了两次。请重新选择。"
    ),
    Refusal.REGISTER_EMPTY: "名册里没有一行内容。请检查是否选错了文件。",
    Refusal.REGISTER_OF_OWNERS: (
        "这份表里有建筑面积，是业主名册。居民会议另用居民名册：一行一个人，写姓名、住址和出生日期。业主和居民不混在一份名册里。"
    ),
    Refusal.DAY_OUT_OF_RANGE: "计算年龄的日期填投票那天：从 {first} 到 {last} 之间的一天。",
    Refusal.CHOICES_COLUMN_MISSING: "选择表的表头里没有“{column}”这一列。请补上后再试。",
    Refusal.CHOICES_COLUMN_UNKNOWN: "选择表里的“{column}”列不是议程里的议题。请更正列名或删去这一列。",
    Refusal.CHOICES_COLUMN_TWICE: "选择表里有两列都叫“{column}”。请只留一列。",
    Refusal.CHOICES_UNIT_MISSING: "选择表第 {row} 行没有房号。请补上或删去整行。",
    Refusal.CHOICES_UNIT_TWICE: (
        "选择表第 {row} 行的房号“{label}”前面已经出现过。一户只能投一次；请删去多余的一行。"
    ),
    Refusal.CHOICES_ROW_TOO_LONG: (
        "选择表第 {row} 行的格子比表头多。多位候选人要用顿号“、”隔开，写在同一格里。"
    ),
    Refusal.CHOICES_UNIT_UNKNOWN: (
        "选择表里的房号“{label}”不在这次表决的名册上。请核对房号；车位等不计入的房屋不能投票。"
    ),
    Refusal.CHOICES_VOTER_TWICE: (
        "房号“{label}”的业主（名册第 {voter} 号）已经用另一套房投过。一位业主只有一票；请删去多余的一行。"
    ),
    Refusal.CHOICE_UNKNOWN: "选择表第 {row} 行 {question} 的“{choice}”不在选项里。请照议程上的写法更正。",
    Refusal.CHOICE_TWICE: "选择表第 {row} 行 {question} 把同一个选项选了两次。请删去重复的。",
    Refusal.CHOICES_TOO_FEW: (
        "选择表第 {row} 行 {question} 没有选够，至少选 {minimum} 项。请补上；不想表态的写“弃权”。"
    ),
    Refusal.CHOICES_TOO_MANY: "选择表第 {row} 行 {question} 选多了，最多选 {maximum} 项。请减少后再试。",
    # rules: places and the assembly's clock
    Refusal.PLACE_UNKNOWN: "没有“{place}”的规则预设。请从列表里选一个地方，没有的选“全国”，再按当地规定逐项修改。",
    Refusal.SETTING_VALUE: "“{setting}”不能是这个值，没有保存。请核对后重新填写。",
    Refusal.ZONE_UNKNOWN: "不认识的时区“{zone}”。请填写类似 Asia/Shanghai 的名称。",
    Refusal.ASSEMBLY_MALFORMED: "会议记录的格式不对，没有采用。请使用系统导出的原件。",
    Refusal.STEP_OUT_OF_ORDER: "会议现在处于“{stage}”阶段，不能做“{step}”这一步。请先看会议日程上的下一步。",
    Refusal.STEP_BACKWARDS: "时间早于上一步（{at}），没有办理。请核对时间。",
    Refusal.OBJECTIONS_RUNNING: "{about}的异议期到 {until} 才结束，现在还不能进行下一步。请到期后再来。",
    Refusal.OBJECTIONS_UNDECIDED: "{about}还有 {count} 件异议没有处理完。请先逐件答复并作出决定。",
    Refusal.OBJECTION_TOO_EARLY: "{about}还没有公示，不能提出异议。请等公示以后再提。",
    Refusal.OBJECTION_TOO_LATE: "{about}的异议期已于 {until} 结束。如仍有意见，请直接向居委会或街道反映。",
    Refusal.OBJECTION_UNKNOWN: "没有第 {number} 号异议，或没有说明是否采纳。请核对编号，并选择采纳或不采纳。",
    Refusal.OBJECTION_DECIDED: "第 {number} 号异议已经作出决定，不能再改。如情况有变，请另行提出。",
    Refusal.OBJECTION_UNHEEDED: "第 {number} 号异议已经采纳，{about}还没有照着改。请先更正：业主清册更正时写上异议的编号，候选人名单和表决结果要重新公示；然后再来。",
    Refusal.NO_COMMITTEE_ELECTED: "这次会议不选举业主委员会，不需要公示候选人。请核对会议的类型。",
    Refusal.CANDIDATES_UNPUBLISHED: "候选人名单还没有公示，不能发会议公告。请先公示候选人名单。",
    Refusal.NOTICE_WITHOUT_ITEMS: "公告里没有写任何表决事项。没有公告的事项不能表决；请先写好议程。",
    Refusal.NOTICE_TOO_SHORT: "公告必须早于投票开始满 {days} 天，最早只能从 {earliest} 开始投票。请把开始时间改到这个时间或者更晚。",
    Refusal.NOTICE_PERIOD_RUNNING: "公告还没有满 {days} 天，{earliest} 以前不能开始投票。提前开始，投票结果可能被法院撤销；请到时再来。",
    Refusal.ITEM_NOT_ANNOUNCED: "“{item}”不在已发的公告里，不能表决。请去掉这一项，或者重新发公告、重新计算公告期。",
    Refusal.ITEM_LEFT_OUT: "公告里有“{item}”，这次投票却没有。内容有变就要重新发公告、重新计算公告期。",
    Refusal.WINDOW_TOO_SHORT: "投票时间不足 {days} 天，最早只能在 {earliest} 截止。请把截止时间改晚。",
    Refusal.WINDOW_TOO_LONG: "投票时间超过了 {days} 天，最晚只能到 {latest}。请把截止时间改早。",
    Refusal.OPENING_TOO_LATE: "离公告的截止时间 {closes_at} 已经不足 {days} 天，投票不能再开始：业主剩下的时间太少，结果可能被法院撤销。请重新发公告；做过选票信的，先全部收回。",
    Refusal.EXTENSION_IN_ELECTION: "按这里的规则，选举业主委员会的投票不能延期。到期没有达到人数或面积，只能重新召开会议。",
    Refusal.EXTENSIONS_USED_UP: "最多只能延期 {most} 次，次数已经用完。请按公告的时间截止。",
    Refusal.EXTENSION_TOO_LATE: "投票已于 {closes_at} 截止，不能再延期。请截止并公布结果。",
    Refusal.EXTENSION_BACKWARDS: "延期后的截止时间必须晚于现在的 {closes_at}。请重新填写。",
    Refusal.CORRECTION_OUTDATED: "{label} 的内容已经变了，这次更正没有保存。请刷新页面，对照现在的内容再改。",
    Refusal.CORRECTION_EMPTY: "这次更正没有改动任何内容，或者面积、业主没有填，没有保存。请核对后再保存。",
    Refusal.PROPOSAL_OUTDATED: "{label} 已不在业主清册里，这条合并或拆分的建议作废。请刷新页面。",
    # rules: delivery
    Refusal.DELIVERY_END: "这种送达方式（{way}）没有选的那种结果，没有登记。请重新选。",
    Refusal.DELIVERY_UNITS_MISSING: "没有选房号，没有登记。请先勾选送到的房号。",
    Refusal.DELIVERY_PEOPLE: "送达人应当是 {least} 到 {most} 位不同的人，没有登记。上门要两个人一起去，请写上两个人的姓名。",
    Refusal.DELIVERY_NAME: "送达人请只写姓名，最多 {longest} 个字，不写电话和号码。没有登记。",
    Refusal.DELIVERY_ONE_VOTER: "靠照片证明的，一次只登记一户：一张照片说明不了几家的事。没有登记，请一户一户来。",
    Refusal.DELIVERY_PHOTO_MISSING: "没有签名的，要有照片才能证明，没有登记。请拍一张再登记；没有照片的，请按“不在家”登记。",
    # rules: posting
    Refusal.POSTING_PLACE: "张贴的地点要写清楚：至少一处，最多 {most} 处，每处不超过 {longest} 个字。没有登记，请更正后再试。",
    Refusal.POSTING_NAME: "张贴人请只写姓名，最多 {longest} 个字，不写电话和号码。没有登记。",
    Refusal.POSTING_PHOTO_MISSING: "没有照片，没有登记。请拍一张贴好以后的照片：发生争议时，它就是凭据。",
    # services: the ledgers of deliveries and postings
    Refusal.LEDGER_UNKNOWN: "找不到这本登记。请核对链接，或者从首页进入。",
    Refusal.LEDGER_TIME_FUTURE: "写的时间还没有到，没有登记。现在是 {now}；请写实际发生的时间。",
    Refusal.LEDGER_ENTRY_UNKNOWN: "登记里没有第 {number} 条，或者它不能撤销。请回到登记表核对编号。",
    Refusal.LEDGER_ENTRY_WITHDRAWN: "第 {number} 条已经撤销过了，不用再撤。",
    Refusal.DELIVERY_BEFORE_LETTERS: "写的时间早于选票信制作的时间（{made_at}），那时还没有信可送，没有登记。请核对日期和时间。",
    Refusal.DELIVERY_UNIT_UNKNOWN: "房号 {unit} 不在这次的名册上，没有登记。请从列表里勾选。",
    Refusal.REVOTING_NOT_IN_PLACE: "“{title}”的改投规则超出了这次会议的规则（{revoting}）。请改这次表决的“改投”，或者先在会议的“规则”里改“改投”，写明原因。",
    Refusal.OFFICIAL_ELSEWHERE: "按这里的规则，网上投票要用政府的系统，这里投的票不能作为正式的表决。请重新筹备一次“以纸质为准”或者“征求意见”的会议；主管部门同意用本系统的，请先在会议的“规则”里改“网上投票须用政府系统”，写明原因。",
    Refusal.DEEMED_NOT_IN_PLACE: "这次会议的规则不计入没投票的业主。议事规则确有约定的，请先在会议的“规则”里改“未投票的是否计入”，写明原因；否则请去掉这一条。",
    Refusal.ASSEMBLY_UNKNOWN: "找不到这次业主大会会议。请核对链接，或者从首页进入。",
    Refusal.ASSEMBLY_NAME_INVALID: "会议名称和召集人都要填，各不超过 {most} 个字，不能有换行。",
    Refusal.SETTING_FIXED: "“{setting}”现在不能改：会议公告已经发出，已经公示的期限会变短，或者已经办过的步骤是按原来的值办的。请保留原来的值，或者重新筹备一次会议。",
    Refusal.COMMITTEE_NOT_PLANNED: "这次会议发过的公告没有选举业委会这一项，不能再加进来。请另外筹备一次会议。",
    Refusal.CANDIDATES_MISSING: "还没有候选人，没有可以公示的名单。请先在选举事项里填好候选人。",
    Refusal.CANDIDATES_CHANGED: "候选人名单公示以后又改过，现在的名单没有公示。请重新公示候选人名单，公示期重新计算。",
    Refusal.NOTICE_NOT_GIVEN: "会议公告还没有发，不能制作选票信。请先在会议页面发公告：公告发出以后，名册和事项才固定下来。",
    Refusal.NOTICE_OUTDATED: "公告发出以后内容改过，公告和现在的内容不一致。请重新发公告，公告期重新计算，然后再制作选票信。",
    Refusal.LETTERS_OF_ASSEMBLY: "这项表决属于一次会议：一封信管会议的全部表决。请在会议页面制作、撤回、换发或者重印选票信。",
    Refusal.LETTER_UNKNOWN: "这次会议没有第 {letter} 号信。请在会议页面的选票信里再找一找。",
    Refusal.LETTERS_OUT: "《{title}》的选票信已经制作，内容不能再变。请先撤回全部选票信，再做这一步。",
    Refusal.LETTERS_MISSING: "《{title}》的选票信还没有制作，到时间不能开始投票。请制作选票信并送到各户。",
    Refusal.OPENS_BY_CLOCK: "投票按公告在 {opens_at} 自动开始，不用也不能由人来开始。到时间没有开始的，请看会议页面写明缺什么。",
    Refusal.CLOSES_BY_CLOCK: "投票按公告在 {closes_at} 自动截止，不能提前。要改截止时间，只能按规则延期并公告。",
    Refusal.PUBLISHED_BY_ASSEMBLY: "这次表决是业主大会会议的一部分，结果和会议的其他表决一起公布。请到会议页面公布。",
    Refusal.ELECTIONS_NOT_COUNTED: "还有 {count} 项表决没有计票，不能公布结果。请先逐项计票。",
    Refusal.ROLL_FROZEN: "名册在发公告的时候已经固定，不能再改。确需更正的，请重新公示名册，再重新发公告。",
    Refusal.UNIT_UNKNOWN: "名册里没有“{label}”。请核对房号，写法要和名册上一样。",
    Refusal.OBJECTION_TEXT_INVALID: "请把异议写清楚，并写明是谁提出的；异议不超过 {most} 个字。",
    Refusal.OBJECTION_THROUGH_OTHER_VOTE: "这封信对应的表决不属于业主大会会议，不能在这里提异议。请直接找组织者。",
    # spreadsheets
    Refusal.FILE_EMPTY: "文件里没有内容。请检查是否选错了文件。",
    Refusal.FILE_TOO_LARGE: "文件太大，最多 {megabytes} MB。请删去图片和多余的工作表，另存后再上传。",
    Refusal.FILE_TYPE_UNKNOWN: "不认识这种文件。请上传 .xlsx 或 .csv 文件。",
    Refusal.FILE_OLD_FORMAT: (
        "这是旧版的 .xls 文件，或者加了密码的表格。请用表格软件打开，去掉密码，另存为 .xlsx 后再上传。"
    ),
    Refusal.FILE_UNREADABLE: "文件打不开，可能已经损坏。请用表格软件打开，另存为 .xlsx 后再上传。",
    Refusal.FILE_UNPACKS_TOO_LARGE: (
        "文件展开后太大，超过 {megabytes} MB。请只留业主名册一张表，另存后再上传。"
    ),
    Refusal.FILE_ENCODING_UNKNOWN: (
        "文件的文字编码读不懂。请用表格软件打开，另存为 .xlsx，或“CSV UTF-8”，再上传。"
    ),
    Refusal.FILE_CSV_MALFORMED: "CSV 文件第 {line} 行的引号不配对。请在表格软件里检查这一行，另存后再上传。",
    Refusal.FILE_TOO_MANY_ROWS: "表格的行数太多，最多 {rows} 行。请删去多余的行后再上传。",
    Refusal.FILE_TOO_MANY_COLUMNS: "第 {row} 行的列数太多，最多 {columns} 列。请删去多余的列后再上传。",
    Refusal.FILE_CELL_TOO_LONG: "第 {row} 行有一格的文字太长。请检查是否粘贴错了内容，缩短后再上传。",
    Refusal.FILE_SEVERAL_SHEETS: (
        "文件里有 {sheets} 张有内容的工作表，不知道用哪一张。请只留业主名册一张，另存后再上传。"
    ),
    # part B: documents
    Refusal.LETTER_CHARACTER_MISSING: (
        "有 {count} 封信里的姓名或房号含有字库没有的字，印出来会是空格，所以一封都没有生成。"
        "信的编号和字的编码：{letters}。请在业主名册里核对这些字，换成登记证件上的标准写法，再重新生成。"
    ),
    Refusal.PAPER_CHARACTER_MISSING: (
        "《{title}》里有字库没有的字（{characters}），PDF 里印出来会是空格，所以没有生成。"
        "请下载 Word 文件，用电脑上的字体打印；或者把这些字换成登记证件上的标准写法，再重新生成。"
    ),
    Refusal.PAPER_UNKNOWN: "没有这份文书。请回到文书一览，从列出的里面选。",
    Refusal.PAPER_NOT_YET: "《{title}》要用的资料还没有，所以现在做不出来。文书一览里写着在等什么。",
    Refusal.PAPER_NOT_MADE: "《{title}》还没有下载过，不知道贴的是哪一版，没有登记。请先下载打印，贴好再来登记。",
    Refusal.NOTICE_CHARACTER_MISSING: (
        "小区名称、标题、表决事项、帮助说明或网址里有字库没有的字（{characters}），印出来会是空格，所以没有生成。"
        "请改用常见的写法，再重新生成。"
    ),
    # part C: booth
    Refusal.RECEIPT_MALFORMED: "回执没有读完整，没有办法核对。请再扫一次回执上的二维码。",
    Refusal.RECEIPT_SIGNATURE_INVALID: "回执上没有票箱的签名，或者有的地方被改过。请再扫一次；还是不行，请带着回执找居委会。",
    Refusal.RECEIPT_NOT_ON_BOARD: "票箱的第 {height} 张不是回执上的这一张。请留好回执，马上找居委会，让他们一起看。",
    Refusal.BOARD_TOO_SHORT: "票箱里没有第 {height} 张。请留好回执，马上找居委会，让他们一起看。",
    Refusal.BOARD_NOT_A_CONTINUATION: "票箱从第 {height} 张起和它自己的签名对不上。请留好回执，马上找居委会，让他们一起看。",
    Refusal.BALLOT_CHALLENGED: "这张票已经拆开检查过，作废了，不能投。请在手机上重新封一张再投。",
    Refusal.CHALLENGED_UNKNOWN: "票箱那边没有这张拆开的票。请回到投票的手机上再拆一次；还是没有，就不要用那台手机投票，请找服务点。",
    Refusal.OPENING_LENGTH: "二维码里的数和这张票的选项个数不一样。请再扫一次；还是不行，就不要用那台手机投票，请找服务点。",
    Refusal.OPENING_INVALID: "第 {question} 题第 {choice} 项拆不开，封的不是那台手机说的那样。请不要用那台手机投票，换一台再投，或者找服务点。",
    # part D: web
    Refusal.SIGN_IN_NEEDED: "这一页要先登录才能看。请登录后再试。",
    Refusal.ROLE_NOT_ALLOWED: "您的账号看不了这一页。它是给别的角色用的；请回到自己的首页，或者换一个账号登录。",
    Refusal.BOOTH_NOT_ENTERED: "还没有核对您的身份，或者已经离开了投票间。请重新扫一扫信上的二维码，再填一次后四位数字。",
    Refusal.PAGE_UNKNOWN: "没有找到这一页。网址可能少了或多了几个字；请从首页重新进入。",
    Refusal.REQUEST_TOO_LARGE: "送来的内容太大，没有接收。名册文件请控制在 8 MB 以内。",
    Refusal.REQUEST_UNREADABLE: "没有读懂送来的内容，什么也没有改动。请回到上一页再试一次。",
    Refusal.NOTHING_CHOSEN: "“{field}”还没有选，什么也没有记下。请先选一项，再按一次。",
    Refusal.FORM_EXPIRED: "这张表放得太久，或者您在别处重新登录过，所以没有收下，什么也没有改动。请刷新页面后再交一次。",
    Refusal.TOO_MANY_REQUESTS: "短时间内来的请求太多，请等一分钟再试。已经投下的票不受影响。",
    Refusal.SERVER_FAILED: "系统出了差错，这一步没有做完。已经收下的票都还在；请稍后再试，还不行就告诉管理系统的人。",
    Refusal.FILE_MISSING: "没有收到文件。请先选一个文件，再按按钮。",
    Refusal.PASSPHRASES_DIFFER: "两次填的口令不一样，什么也没有改动。请把同一个口令填两遍。",
    Refusal.ACT_NOT_NOW: "这次表决现在的阶段不能办这件事，什么也没有改动。请回到表决页面，看现在可以做什么。",
    Refusal.TIME_UNREADABLE: "没有读懂“{field}”的时间。请按 2026-11-23 09:00 的样子填写。",
    Refusal.NUMBER_UNREADABLE: "“{field}”应当是一个整数，现在读不懂。请改成数字，例如 5。",
    # part E: set-up
    Refusal.DATA_FOLDER_UNUSABLE: "数据文件夹 {path} 不能写入，系统没有启动。请用 --data 换一个您可以写入的文件夹。",
    Refusal.PORT_UNUSABLE: "端口 {port} 不能用（已被占用，或不允许），系统没有启动。"
    "也许它已经在运行；不然请用 --port 换一个端口，例如 --port 8001。",
    Refusal.KEY_FILE_UNUSABLE: "密钥文件 {path} 读不出来，系统没有启动。"
    "其中应当只有一行 64 位的十六进制小写数字；请从备份中取回，不要新建：换了密钥，已有的选举就打不开了。",
    Refusal.DATABASE_UNAVAILABLE: "数据库打不开（{reason}），系统没有启动。请查看数据库是否在运行、地址是否正确、磁盘是否已满。",
    Refusal.DEMO_DAMAGED: "演示数据不完整，系统没有启动。请把文件夹 {path} 移走后再启动，会重新生成一份。",
    Refusal.BACKUP_NOT_SQLITE: "这个网站用的是 PostgreSQL，没有做备份。请用 pg_dump 备份，并把密钥文件另存一处。",
    Refusal.INPUT_UNREADABLE: "文件 {path} 读不出来，什么也没有做。请查看文件名和读取权限。",
    Refusal.OUTPUT_EXISTS: "文件 {path} 已经存在，没有覆盖它。请换一个文件名。",
    Refusal.OUTPUT_UNWRITABLE: "文件 {path} 写不进去，什么也没有留下。请查看文件夹、权限和磁盘空间。",
    Refusal.PASSWORDS_DIFFER: "两次输入的密码不一样，没有建立账号。请再运行一次，把同一个密码输入两遍。",
    # part F: services
    Refusal.CONFIG_MISSING: "缺少设置 {name}，系统没有启动。请设置这个环境变量后再启动。",
    Refusal.CONFIG_MALFORMED: "设置 {name} 的格式不对，系统没有启动。请按说明改正后再启动。",
    Refusal.ACCOUNT_NAME_INVALID: "登录名不合要求，账号没有建立。请用 2 到 64 个字符，不含空格。",
    Refusal.ACCOUNT_UNKNOWN: "没有名叫“{name}”的账号，什么也没有改动。请核对登录名。",
    Refusal.ACCOUNT_NAME_TAKEN: "登录名 {name} 已经有人使用，账号没有建立。请换一个登录名。",
    Refusal.PASSWORD_TOO_SHORT: "密码太短，没有保存。请至少用 {least} 个字符。",
    Refusal.SIGN_IN_WRONG: "登录名或密码不对，没有登录。请核对后再试。",
    Refusal.SIGN_IN_LOCKED: "连续输错次数太多，这个账号暂时不能登录。请 {minutes} 分钟后再试。",
    Refusal.ESTATE_NAME_INVALID: "小区名称不能为空，也不能超过 {most} 个字，没有保存。请重新填写。",
    Refusal.ESTATE_NAME_TAKEN: "小区 {name} 已经建过，没有重复建立。请直接使用它。",
    Refusal.ESTATE_UNKNOWN: "没有这个小区。请从小区列表重新进入。",
    Refusal.REGISTER_HAS_PROBLEMS: "业主名册还有 {count} 处错误，没有导入。请按列表逐行改正后重新上传。",
    Refusal.REGISTER_MISSING: "这个小区还没有业主名册，不能制作选票信。请先导入名册。",
    Refusal.RESIDENTS_MISSING: (
        "这个小区还没有居民名册，不能制作居民会议的选票信。业主名册不能代替：请先导入居民名册。"
    ),
    Refusal.RESIDENTS_IN_ASSEMBLY: (
        "业主大会会议里不能有居民会议的事项：两者的投票人不同，不能合在一起。请另外新建一次居民会议的表决。"
    ),
    Refusal.RESIDENT_UNKNOWN: "现在的居民名册里没有这一位。名册可能刚更新过：请回到名册页面再选一次。",
    Refusal.AGENDA_ESTATE_DIFFERS: "议程写的小区与所选小区 {estate} 不一致，没有保存。请核对小区名称。",
    Refusal.WINDOW_INVALID: "截止时间必须晚于开始时间，没有保存。请重新填写时间。",
    Refusal.WINDOW_OVER: "投票时间已过（截止时间 {closes_at}），不能再开始。请撤回选票信，改好时间后重新制作。",
    Refusal.ELECTION_UNKNOWN: "没有这次表决。请核对链接，或重新扫描信上的二维码。",
    Refusal.ELECTION_WRONG_PHASE: "这次表决现在的阶段不能做这件事，什么都没有改变。请刷新页面，查看现在能做的事。",
    Refusal.CREDENTIALS_NOT_ISSUED: "选票信还没有制作，不能继续。请先制作并发放选票信。",
    Refusal.CREDENTIALS_ALREADY_ISSUED: "选票信已经制作，这一步现在不能做。如要修改，请先撤回全部选票信。",
    Refusal.PASSPHRASE_TOO_SHORT: "保管口令太短，没有制作。请至少用 {least} 个字符。",
    Refusal.CREDENTIAL_FILE_WRONG_PASSPHRASE: "打不开投票码文件：保管口令不对，或文件被改动过。请核对口令后再试。",
    Refusal.CREDENTIAL_FILE_WRONG_ELECTION: "这个投票码文件属于另一次表决，没有使用。请选对文件。",
    Refusal.CREDENTIAL_FILE_DAMAGED: "投票码文件已损坏或不是投票码文件，没有使用。请换用备份的那一份。",
    Refusal.CREDENTIAL_FILE_OUTDATED: "这份投票码文件是旧的，{voter} 号的投票码已经更换过。请用更换时下载的新文件。",
    Refusal.REASON_MISSING: "没有写明原因，没有办理。请至少写 {least} 个字。",
    Refusal.NAME_INVALID: "姓名没有填，或者太长、有打印不出的字符。请填新业主的姓名，不超过 {most} 个字。",
    Refusal.VOTER_UNKNOWN: "名册上没有 {voter} 号。请从名册页面重新选择。",
    Refusal.OPENING_TOO_EARLY: "还没到公告的开始时间 {opens_at}，不能开始投票。请到时再来。",
    Refusal.CLOSING_TOO_EARLY: "还没到公告的截止时间 {closes_at}，投票继续进行。如要提前截止，请写明原因。",
    Refusal.NOT_YET_OPEN: "投票还没有开始，开始时间是 {opens_at}。请到时再扫码，信请收好。",
    Refusal.ELECTION_CLOSED: "投票已经截止（截止时间 {closes_at}），不能再投。结果会张贴公布。",
    Refusal.LINK_EXPIRED: "这次表决已经结束并公布结果，这个投票链接不再使用。请查看公布的结果。",
    Refusal.CHALLENGE_INVALID: "这一页已经失效，没有进入。请重新扫描信上的二维码。",
    Refusal.CHALLENGE_EXPIRED: "这一页开得太久，没有进入。请重新扫描信上的二维码。",
    Refusal.CREDENTIAL_UNKNOWN: "名册上没有这个投票码，没有进入。请核对信上的码；还是不行，请找服务点，地址印在信上。",
    Refusal.CREDENTIAL_REPLACED: "这封信已经作废，您有一封新的。请用新信上的二维码；没有收到，请找服务点，地址印在信上。",
    Refusal.CREDENTIAL_LOCKED: "这个投票码已经挂失锁定，现在不能投票。请本人带证件到服务点办理，地址印在信上。",
    Refusal.CREDENTIAL_NOT_YOURS: "这张选票不是用您的投票码做的，没有收下。请重新扫描您自己信上的二维码。",
    Refusal.SECOND_FACTOR_WRONG: "后四位不对，没有进入。请核对手机号或证件号的后四位，还可以试 {left} 次。",
    Refusal.SECOND_FACTOR_LOCKED: "输错已满五次，为了保护您的票，暂时不能进入。请带证件到服务点解锁，地址印在信上。",
    Refusal.ALREADY_VOTED: "您这一户已经投过票，以先收到的那一张为准，这一张没有收下。如有疑问，请找服务点，地址印在信上。",
    Refusal.VOTED_AGAIN_BEFORE: "您这一户已经改投过一次，不能再改了，以改投的那一张为准，这一张没有收下。如有疑问，请找服务点，地址印在信上。",
    Refusal.VOTED_MEANWHILE: "您这一户刚刚从别的手机或者别的页面投了一张，这一张没有收下。请重新扫一次信上的二维码，看看那一张的回执，再决定要不要改投。",
    Refusal.BOARD_BUSY: "同时投票的人太多，这一张还没有收下。请稍等一下，再点一次。",
    Refusal.SECOND_FACTOR_MISSING: "名册上没有您的手机号和证件号，在网上没有办法核对身份。请带证件到服务点领六位核对码，地址印在信上。",
    Refusal.HELP_UNIT_UNKNOWN: "名册上没有找到“{unit}”，还没有记下。请照信封或者门牌写全，例如 3栋1单元502；还是不行，请直接找服务点。",
    Refusal.HELP_UNKNOWN: "没有第 {number} 号求助。请从求助的页面重新选择。",
    Refusal.HELP_DONE: "第 {number} 号求助已经办完，没有改动。还要帮忙的，会有一条新的。",
    Refusal.HELPER_NAME_INVALID: "请写清楚帮忙的人的姓名（1 到 {most} 个字，不写电话），没有记下。",
    # services: the circle of trustees
    Refusal.CIRCLE_UNKNOWN: "这次表决现在没有安排保管人，这个链接用不了。安排可能已经解散；请向组织者要新的邀请链接。",
    Refusal.CIRCLE_EXISTS: "这次表决已经安排了保管人，没有改动。要换人数或换人，请先解散现在的安排，再重新安排。",
    Refusal.CIRCLE_SIZE: "保管人应当是 1 到 {most} 位，没有安排。请增减姓名后再试。",
    Refusal.CIRCLE_THRESHOLD: "开票要几位到场，应当在 1 到 {size} 之间，没有安排。请改好再试。",
    Refusal.CIRCLE_NOT_READY: "保管人的钥匙还没有做好，投票没有开始。还在等：{names}。请提醒他们；来不了的，请重新邀请或者解散重排。",
    Refusal.CIRCLE_CHANGED: "保管人的安排刚刚改了，投票没有开始。请到保管人页面看清楚现在是谁，再开始投票。",
    Refusal.CIRCLE_GROUP_FIXED: "已经安排的保管人正在用原来的加密参数做钥匙，加密参数没有改。一定要改，请先解散保管人的安排。",
    Refusal.TRUSTEE_NAME_INVALID: "第 {number} 位保管人的姓名用不了，没有安排。姓名要填 1 到 {longest} 个字、各不相同，不能带电话和证件号；姓名会公布。",
    Refusal.TRUSTEE_UNKNOWN: "没有这位保管人，什么也没有改动。请回到保管人页面再看一看。",
    Refusal.TRUSTEE_NOT_ENTERED: "还没有用邀请链接进来，或者组织者已经重新邀请，旧链接作废了。请打开最新的邀请链接再进来。",
    Refusal.TRUSTEE_SENT_BEFORE: "您已经交过这一步的材料，这一份和那一份不同，没有收下，原来的仍然有效。如果那一份不是您交的，请立即告诉组织者和监督员。",
    Refusal.INVITATION_UNKNOWN: "邀请链接不对，或者已经作废，没有进入。请用最新的邀请链接，整条复制，或者重新扫码；还是不行，请找组织者。",
    Refusal.CEREMONY_BEGINS_AGAIN: "{name}已经交了证书，重新邀请会让全部保管人从第 1 步重做，所以还没有办。确定要重做，请勾选后再点一次。",
    Refusal.CEREMONY_WRONG_ROUND: "现在不是做这一步的时候：别的保管人还没有做完上一步，或者制作已经重新开始。这一份没有收下，请刷新页面，按页面上写的做。",
    Refusal.SHARE_REFUSED: "{name}送来的开票部分和票箱里的合计对不上，没有收下，别人的不受影响。请用这次表决自己的密钥文件重新开一次；还是不对，请告诉监督员。",
    Refusal.ATTACHMENT_MISSING: "没有收到附件，申请没有提交。请选一份 PDF 或照片：业主的申请、法院的文书，或者异议书。",
    Refusal.ATTACHMENT_TOO_LARGE: "附件超过 {most} MB，申请没有提交。请只扫描要用的几页，或者把照片缩小后再选。",
    Refusal.ATTACHMENT_KIND_UNKNOWN: "附件不是完整的 PDF、JPEG 或 PNG 文件，申请没有提交。请重新扫描或拍照，不要只改文件名。",
    Refusal.PICTURE_TOO_LARGE: "照片超过 {most} MB，没有收下。请把照片缩小，或者用手机重新拍一张。",
    Refusal.PICTURE_KIND_UNKNOWN: "选的文件不是 JPEG、PNG 或 WebP 照片，没有收下。请选手机拍的照片，不要只改文件名；苹果手机的 HEIC 照片请先转成 JPEG。",
    Refusal.PICTURE_UNREADABLE: "照片不完整或者已经损坏，没有收下。请重新拍一张，或者重新选一次。",
    Refusal.PICTURE_TOO_MANY_PIXELS: "照片的尺寸太大（最多 {most} 百万像素），没有收下。请把照片缩小，或者用普通大小重新拍一张。",
    Refusal.NOMINEE_NAME_INVALID: "请写候选人的姓名（最多 {most} 个字）和房号，房号要和业主清册上的一样。",
    Refusal.NOMINEE_NOT_ON_ROLL: "业主清册上，{unit} 的业主里没有{name}，没有登记。请核对姓名和房号；清册有错的，先更正清册。",
    Refusal.NOMINEE_TWICE: "{name}已经登记过了，没有再登记一次。请在名单里找到这一位。",
    Refusal.NOMINEE_UNKNOWN: "没有第 {number} 号报名。请回到报名的页面重新选。",
    Refusal.NOMINEE_WITHDRAWN: "第 {number} 号报名已经退出，不能再改。重新参选的，请重新登记。",
    Refusal.NOMINEE_UNCHECKED: "还有 {count} 项条件没有核对，不能列入名单。请先逐项核对。",
    Refusal.NOMINEE_NOT_QUALIFIED: "有 {count} 项条件不符合，不能列入名单。请写明原因，不列入；核对错了的，先改核对的结果。",
    Refusal.NOMINEE_NOTE_TOO_LONG: "核对的说明太长，最多 {most} 个字，没有存。请缩短后再存。",
    Refusal.NOMINATIONS_UNDECIDED: "还有 {count} 位报名的人没有决定列不列入名单。请先逐位决定，再公示名单。",
    Refusal.NOMINATIONS_ONE_CONTEST: "报名产生的名单要写进一项委员选举。请先在这次会议里建好一项委员选举，只留一项，再公示名单。",
    Refusal.PDF_TOO_LARGE: "PDF 超过 {most} MB，没有收下。请压缩一下，或者分成几个文件。",
    Refusal.PDF_UNREADABLE: "这个 PDF 打不开，或者不完整，没有收下。请重新导出一份 PDF 再选一次。",
    Refusal.PDF_ENCRYPTED: "这个 PDF 加了密码或者限制，没有收下。请去掉密码，重新导出一份。",
    Refusal.PDF_TOO_LONG: "PDF 超过 {most} 页，没有收下。请只留要给业主看的部分，或者分成几个文件。",
    Refusal.PDF_ACTIVE: "这个 PDF 里有脚本、夹带的文件或者会自动运行的内容，没有收下。请打印成一份新的 PDF 再选一次。",
    Refusal.MATERIAL_PLACE_UNKNOWN: "没有找到这一题，或者这位候选人、这个方案已经不在里面。请回到表决页面重新选。",
    Refusal.MATERIAL_UNKNOWN: "没有找到这份材料，可能已经撤下。请回到公开页重新打开。",
    Refusal.MATERIAL_FILE_MISSING: "没有选文件，什么也没有存。请先选好文件，再按一次。",
    Refusal.STATEMENT_TOO_LONG: "文字太长，最多 {most} 个字，没有存。每位候选人、每个方案的上限都一样；请缩短后再存。",
    Refusal.ATTACHMENTS_TOO_MANY: "附件最多 {most} 个，没有收下。请先去掉一个，或者合成一份。",
    Refusal.TITLE_INVALID: "请给附件写一个名称，最多 {most} 个字，业主看得懂就好。",
    Refusal.RECEIPT_UNKNOWN: "票箱里没有这个回执号的票。请对着回执一个字一个字再核对，大小写要分清。",
    Refusal.VOTER_HAS_NOT_VOTED: "{voter} 号没有投票，没有票可以打开。请核对名册上的编号。",
    Refusal.OPENING_FORBIDDEN: "这次表决的规则是“不公开任何单张票”，哪一张都不能打开；规则写进了每张票的签名，谁也改不了。",
    Refusal.OPENING_NEEDLESS: "这次表决的规则是“监督员可见每张票”：计票以后，监督员的那份记录里有每一张票，不用再申请。",
    Refusal.OPENING_SUPERSEDED: "这张票已经被同一户后来投的一张代替，不计入结果，所以不能打开。要打开计入的那一张，请用这一户的名册编号申请。",
    Refusal.OPENING_ASKED_BEFORE: "这张票已经有第 {opening} 号申请，没有再建一份。请在卷宗里看那一份申请的进展。",
    Refusal.OPENING_UNKNOWN: "没有找到这份打开选票的申请。请回到卷宗，从列表里点开。",
    Refusal.OPENING_DECIDED: "第 {opening} 号申请已经有了结果，没有再改动。请刷新页面查看。",
    Refusal.OPENING_NEEDS_TRUSTEES: "这次表决有保管人：打开一张票要由保管人在各自的电脑上批准，账号不能代替。请通知保管人打开各自的链接。",
    Refusal.OPENING_NEEDS_OTHER_ROLE: "申请是同一个角色提出的，您不能批准或者驳回：组织者申请的由监督员决定，监督员申请的由组织者决定。",
    Refusal.OPENING_ANSWERED_BEFORE: "您对这份申请已经答复过，不能再改成另一种答复。请刷新页面查看。",
    Refusal.SHARE_OF_OTHER_BALLOT: "送来的不是这份申请要打开的那张票，或者不是您的钥匙打开的，没有采用。请在这次表决的保管人页面重新批准。",
    Refusal.SHARE_OF_BALLOTS_MISSING: "这次表决的规则是“监督员可见每张票”，送来的只有合计，没有每张票的部分，没有采用。请用带有 rules.json 的记录重新开票。",
    # record: the auditors' part
    Refusal.OPENING_AGAINST_RULES: "操作日志第 {line} 条打开了单张票，而这次表决的规则不允许。请交监督员查明是谁打开的。",
    Refusal.OPENING_NOT_APPROVED: "第 {opening} 号申请没有得到规定的批准，票却打开了。请交监督员查明是谁打开的。",
    Refusal.OPENING_NOT_LOGGED: "监督员那一份里第 {line} 行打开的票，在操作日志里没有，或者与日志记下的不是同一份。请交监督员查明是谁打开的。",
    Refusal.OPENING_MISSING: "操作日志里打开的第 {opening} 张票，在监督员那一份里没有。请重新下载监督员的那一份再核对。",
    Refusal.OPENING_BALLOT_UNKNOWN: "第 {opening} 号申请打开的票不在票箱里。这份记录不能采信，请交监督员查明原因。",
    Refusal.DEEMED_VOTER_DIFFERS: "计入的没投票的名单里，{voter} 号与名册对不上，或者记了两次。请交监督员查明原因。",
    Refusal.OPENING_VOTER_DIFFERS: "打开的票记在 {voter} 号名下，而面积不是这一户的，或者这一户记了两张票。请交监督员查明原因。",
}

# The same refusals where a ballot already stands in a record: nobody is to scan or vote again.
IN_RECORD: dict[Refusal, str] = {
    Refusal.BALLOT_WRONG_ELECTION: "第 {height} 号选票属于另一次表决。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.BALLOT_WRONG_HASH: "第 {height} 号选票上的表决事项与这次的不一致。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.BALLOT_CREDENTIAL_UNLISTED: "第 {height} 号选票的投票码不在名单上。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.BALLOT_WRONG_SHAPE: "第 {height} 号选票的格数与表决事项不符（第 {question} 题）。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.BALLOT_INDIVIDUAL_PROOF_INVALID: (
        "第 {height} 号选票第 {question} 题第 {choice} 项的证明不成立：里面可能不是一票。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。"
    ),
    Refusal.BALLOT_OVERALL_PROOF_INVALID: "第 {height} 号选票第 {question} 题总数的证明不成立：可能选多了。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.BALLOT_BLANK_PROOF_INVALID: "第 {height} 号选票第 {question} 题空白票的证明不成立。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.BALLOT_SIGNATURE_INVALID: "第 {height} 号选票上的签名与投票码对不上：它不是这位业主投的，或者被改动过。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.OPENING_SUPERSEDED: "第 {opening} 号申请打开的是一张已被代替、不计入结果的票，这种票不能打开。请交监督员查明是谁打开的。",
    Refusal.JSON_MALFORMED: "记录中有一段读不懂（{what}），被改动过或已损坏。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
    Refusal.JSON_NOT_CANONICAL: "记录中有一段不是规定的唯一写法（{what}），被改动过或已损坏。这份记录不能采信。请重新取得原件再核对；还是不对，请交监督员查明原因。",
}

IN_ASSEMBLY_LOG = "会议的操作日志（assembly-log.jsonl）第 {line} 条："

# How a place is called that a refusal names: `questions[2].seats` reads as 第 2 项：应选人数.
PLACES: dict[str, str] = {
    # of an agenda and of the form it is typed into
    "agenda": "议程",
    "title": "名称",
    "estate": "小区名称",
    "scope": "范围",
    "buildings": "楼栋",
    "buildings[]": "第 {number} 个楼栋",
    "exclude_uses": "不计入的用途",
    "exclude_uses[]": "第 {number} 种不计入的用途",
    "questions": "表决事项",
    "questions[]": "第 {number} 项",
    "id": "编号",
    "kind": "种类",
    "text": "题目",
    "matter": "属于哪一类事项",
    "seats": "应选人数",
    "candidates": "候选人",
    "candidates[]": "第 {number} 位候选人",
    "at_most": "每户最多选几人",
    "plans": "方案",
    "plans[]": "第 {number} 个方案",
    "size": "委员会人数",
    "ranking": "排名办法",
    "stairwells": "单元",
    "deemed": "没投票的怎样计算",
    "clause": "条文",
    "revoting": "改投",
    "opens_at": "开始",
    "closes_at": "截止",
    # of a record
    "election": "选举说明",
    "trustees": "保管人的钥匙",
    "trustee[]": "第 {number} 位保管人",
    "credentials": "投票码名单",
    "credential[]": "第 {number} 个投票码",
    "ballots": "选票",
    "length": "记录的长短",
    "timestamp": "时间",
    "rules": "规则",
    "electorate": "总人数和总面积",
    "owners": "人数",
    "area": "面积",
    "weights of owners": "人数的计法",
    "ballot": "选票",
    "event": "步骤",
    "setup_data": "开始的一步",
    "BELENIOS": "归档的开头",
    "sized tally": "密封的合计",
    "total_weight": "合计的面积",
    "partial decryption": "开票记录",
    "owned partial decryption": "开票记录",
    "result": "票数",
    "outcome": "结果",
    "height": "编号",
    "assembly": "会议",
    "assembly_head": "会议操作日志的摘要",
    "convener": "召集人",
    "meeting": "会议种类",
    "effect": "网上投票的效力",
    "place": "适用哪里的规定",
    "changes": "对规定的改动",
    "zone": "时区",
    "holidays": "法定节假日",
    "elects_committee": "是否选举业委会",
    "items": "公告的各项",
    "was": "原来的值",
    "ended": "怎样送的，结果怎样",
    "about": "关于什么",
    "nominator": "谁推荐的",
    "listed": "列入名单还是不列入",
    "upheld": "采纳还是不采纳",
    "credential": "投票码",
    "opening": "打开选票的申请",
    "role": "批准的人",
    "trustee": "批准的保管人",
    "tracker": "回执号",
    "reason": "原因",
    "attachment": "附件的种类",
    "attachment_sha256": "附件的摘要",
    "requested_by": "申请的人",
    "opened ballot": "打开的选票",
    "silent voter": "计入的没投票的业主",
    "public_key": "公钥",
    "signature": "签名",
    "question[]": "第 {number} 题",
    "choice[]": "第 {number} 个选项",
    "alpha": "密文的前一半",
    "beta": "密文的后一半",
}
# Values of the context that stand for something with a name, by their key.
WORDS: dict[str, dict[str, str]] = {
    key: {str(value): word for value, word in words.items()}
    for key, words in (
        ("setting", SETTING_WORDS),
        ("step", ACT_WORDS),
        ("stage", PHASE_WORDS),
        ("about", ABOUT_WORDS),
        ("revoting", REVOTING_WORDS),
        ("way", WAY_WORDS),
    )
}
# A time at the estate's clocks, as refusals carry it, and as people read it; months by their numbers or names.
_MOMENT = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2}) ([0-9]{2}:[0-9]{2})")
MOMENT = "{year}年{month}月{day}日 {time}"
MONTHS = "1 2 3 4 5 6 7 8 9 10 11 12"
_PLACE = re.compile(r"(.+?)(?:(?:\[| )(\d+)\]?)?")


class _Known(dict[str, str | int]):
    """A context in which a place that was not named reads as a dash: an error page must not fail itself."""

    def __missing__(self, key: str) -> str:
        return "—"


@cache
def translations(locale: str) -> NullTranslations:
    """The catalogue of a locale of `LOCALES`; Chinese, the source language, has the empty one."""
    if locale != "en":
        return NullTranslations()
    source = files("voting").joinpath("translations/en/LC_MESSAGES/messages.po").read_bytes()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(source), locale="en"))
    compiled.seek(0)
    return Translations(compiled)


def sentence(refused: Refused, locale: str = "zh_Hans", *, in_record: bool = False) -> str:
    """What a person reads of a refusal, in the given locale; `in_record` who verifies, not who votes."""
    gettext = translations(locale).gettext
    if "log" in refused.context:
        # Of an assembly's log, whose refusals are those of its acts: they know nothing of logs and lines.
        line = refused.context.get("line", "—")
        prefix = gettext(IN_ASSEMBLY_LOG).format(line=line)
        rest = {key: value for key, value in refused.context.items() if key != "log"}
        return prefix + sentence(Refused(refused.refusal, **rest), locale, in_record=in_record)
    context = _Known()
    for key, value in refused.context.items():
        if key in ("place", "field", "measure", "what"):
            value = _named(str(value), gettext)
        elif str(value) in WORDS.get(key, {}):
            value = gettext(WORDS[key][str(value)])
        if isinstance(value, str):
            value = moment(value, gettext).replace("、", gettext("、"))
        if value != "":
            context[key] = value
    if in_record and refused.refusal in IN_RECORD:
        return gettext(IN_RECORD[refused.refusal]).format_map(context)
    return gettext(SENTENCES[refused.refusal]).format_map(context)


def moment(value: str, gettext: Callable[[str], str]) -> str:
    """2026-05-25 08:00 as 2026年5月25日 08:00, or as 25 May 2026, 08:00; anything else as it stands."""
    found = _MOMENT.fullmatch(value)
    if found is None or not 1 <= int(found[2]) <= 12:
        return value
    month = gettext(MONTHS).split()[int(found[2]) - 1]
    return gettext(MOMENT).format(year=found[1], month=month, day=int(found[3]), time=found[4])


def _named(place: str, gettext: Callable[[str], str]) -> str:
    """A place in words; as it stands when a part of it has no name here."""
    words = []
    for part in re.split(r"\.|, ", place.removeprefix("agenda.")):
        found = _PLACE.fullmatch(part)
        name = f"{found[1]}[]" if found and found[2] else part
        if found is None or name not in PLACES:
            return place
        words.append(gettext(PLACES[name]).format(number=found[2]))
    return gettext("：").join(words)
