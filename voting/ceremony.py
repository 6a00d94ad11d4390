"""The command `voting trustee`: the key ceremony and the decryption, at a terminal, without a network.

Each trustee runs on an own computer; the files that travel are public. For three trustees, of whom two open:

    voting trustee new --key key.json
    voting trustee certificate --key key.json --size 3 --threshold 2 --index 1 --out certificate-1.json
        all send their certificates to all
    voting trustee polynomial --key key.json --certificates certificate-*.json --out polynomial-1.json
        all send their polynomials to all
    voting trustee output --key key.json --certificates … --polynomials … --out output-1.json
        all send their outputs to whoever sets up the election
    voting trustee parameters --certificates … --polynomials … --outputs … --out trustees.json
        after the end of the ballots
    voting trustee decrypt EXPORT.zip --key key.json --out share-1.json
        where a single ballot is to be opened
    voting trustee open-ballot EXPORT.zip --key key.json --tracker … --reason … --out ballot-1.json

Files of several trustees are given in the order of their numbers. Where the server carries the messages, its
page for trustees gives everything public that a step needs in one file, `--round round.json`, in place of the
others' files; after the end of the ballots what `decrypt` takes: owners.bel, area.bel and rules.json.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from voting.errors import Refusal, Refused
from voting.protocol.certificates import Circle, SignedMessage, check_certificates, make_certificate
from voting.protocol.encoding import decode, encode
from voting.protocol.group import BELENIOS_2048, GROUPS, Group, group_named
from voting.protocol.threshold import (
    Input,
    Output,
    Polynomial,
    check_input,
    make_inputs,
    make_output,
    make_parameters,
    make_polynomial,
)
from voting.rules.secrecy import Secrecy
from voting.serve import write_private
from voting.services.cores import spread_over
from voting.services.trustee import KeyFile, approve, decrypt, new_key, with_output
from voting.services.verification import archives_at, rules_at
from voting.terminal import Say, meter

Message = TypeVar("Message")


class Round(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a trustee's page gives to this program: the place that the trustee has, and what others sent."""

    kind: Literal["trustee-round"] = "trustee-round"
    uuid: str
    group: str
    size: int
    threshold: int
    number: int
    certificates: tuple[SignedMessage, ...] | UnsetType = UNSET
    input: Input | UnsetType = UNSET


def add_commands(commands: Any, _: Say) -> None:
    """Add `trustee` and what stands below it to the parsers of `voting`."""
    text = _("保管人：制作钥匙，截止后开票；不必联网")
    below = commands.add_parser("trustee", help=text, description=text).add_subparsers(
        required=True, metavar="STEP"
    )

    def step(name: str, act: object, text: str, *, key: bool = True, out: bool = True) -> Any:
        made = below.add_parser(name, help=text, description=text)
        made.set_defaults(act=act)
        if key:
            made.add_argument("--key", type=Path, required=True, help=_("您的密钥文件，只给自己保存"))
        if out:
            made.add_argument("--out", type=Path, required=True, help=_("写到这个文件"))
        return made

    def many(made: argparse.ArgumentParser, *names: str, required: bool = False) -> None:
        texts = {
            "certificates": _("各位保管人的证书，按编号的顺序"),
            "polynomials": _("各位保管人的多项式，按编号的顺序"),
            "outputs": _("各位保管人的公钥，按编号的顺序"),
        }
        for name in names:
            made.add_argument(f"--{name}", type=Path, nargs="+", required=required, help=texts[name])

    def by_round(made: argparse.ArgumentParser, *instead: str) -> None:
        """`--round`, or all of `instead`: argparse knows no such rule."""
        made.add_argument("--round", type=Path, help=_("保管人页面上下载的 round.json，代替下面几项"))
        act = made.get_default("act")

        def checked(options: argparse.Namespace, _: Say) -> int:
            if options.round is None:
                absent = [f"--{name}" for name in instead if getattr(options, name) is None]
                if absent:
                    made.error(f"--round / {' '.join(absent)}")
            return int(act(options, _))

        made.set_defaults(act=checked)

    made = step("new", new, _("第一步：新建密钥文件"), out=False)
    made.add_argument("--group", choices=list(GROUPS), default=BELENIOS_2048.name, help=_("加密参数"))
    made = step("certificate", certificate, _("第二步：制作证书，发给其他保管人"))
    by_round(made, "size", "threshold", "index")
    made.add_argument("--size", type=int, help=_("一共几位保管人"))
    made.add_argument("--threshold", type=int, help=_("其中几位到场就能开票"))
    made.add_argument("--index", type=int, help=_("您的编号，从 1 起"))
    made = step("polynomial", polynomial, _("第三步：核对证书，制作多项式"))
    by_round(made, "certificates")
    many(made, "certificates")
    made = step("check-input", check, _("核对别人分给您的部分，不写文件"), out=False)
    by_round(made, "certificates", "polynomials")
    many(made, "certificates", "polynomials")
    made = step("output", output, _("第四步：核对别人分给您的部分，算出您的钥匙"))
    by_round(made, "certificates", "polynomials")
    many(made, "certificates", "polynomials")
    made = step("parameters", parameters, _("最后一步：合成一套公钥，交给组织者"), key=False)
    made.add_argument("--group", choices=list(GROUPS), default=BELENIOS_2048.name, help=_("加密参数"))
    many(made, "certificates", "polynomials", "outputs", required=True)
    made = step("decrypt", open_sums, _("截止之后：核对全部选票，开出您的部分"))
    made.add_argument(
        "path",
        type=Path,
        nargs="+",
        help="EXPORT.zip | ARCHIVE.bel | FOLDER | owners.bel area.bel rules.json",
    )
    text = _("批准打开一张票：核对全部选票，只开这一张的您的部分")
    made = step("open-ballot", open_ballot, text)
    made.add_argument("path", type=Path, help="EXPORT.zip | FOLDER")
    made.add_argument("--tracker", required=True, help=_("这张票的回执号"))
    made.add_argument("--reason", required=True, help=_("为什么打开它，记在您的密钥文件里"))


def new(options: argparse.Namespace, _: Say) -> int:
    """A new key file."""
    _write(options.key, encode(new_key(options.group)))
    print(_("密钥文件已写到 %(path)s。请离线保存一份；没有它，谁也补不出来。") % {"path": options.key})
    return 0


def certificate(options: argparse.Namespace, _: Say) -> int:
    """This trustee's certificate."""
    key = _key(options)
    size, threshold, index = options.size, options.threshold, options.index
    if options.round is not None:
        given = _read(Round, options.round)
        size, threshold, index = given.size, given.threshold, given.number
        if given.group != key.group:
            raise Refused(Refusal.CERTIFICATE_CONTEXT, trustee=index)
    return _said(options.out, make_certificate(key.in_group, key.keys, size, threshold, index), _)


def polynomial(options: argparse.Namespace, _: Say) -> int:
    """What this trustee deals, once the certificates are those of the others."""
    key = _key(options)
    return _said(options.out, make_polynomial(_circle(key.in_group, options), key.keys), _)


def check(options: argparse.Namespace, _: Say) -> int:
    """Whether what was dealt to this trustee is right."""
    key = _key(options)
    circle = _circle(key.in_group, options)
    checked = check_input(circle, key.keys, _input(circle, key, options))
    print(_("全部正确。您是第 %(index)s 位保管人。") % {"index": checked.trustee})
    return 0


def output(options: argparse.Namespace, _: Say) -> int:
    """This trustee's public key; the private one is added, sealed, to the key file."""
    key = _key(options)
    circle = _circle(key.in_group, options)
    made = make_output(circle, key.keys, _input(circle, key, options))
    _keep(options.key, with_output(key, made))
    return _said(options.out, made, _)


def parameters(options: argparse.Namespace, _: Say) -> int:
    """What is published of the circle."""
    circle = _circle(group_named(options.group), options)
    made = make_parameters(circle, _all(Polynomial, options.polynomials), _all(Output, options.outputs))
    return _said(options.out, made, _)


def open_sums(options: argparse.Namespace, _: Say) -> int:
    """This trustee's share of a closed election; what was opened is noted in the key file first."""
    key = _key(options)
    beside = [path for path in options.path if path.suffix == ".json"]
    records = [path for path in options.path if path not in beside]
    archives = tuple(archive for path in records for archive in archives_at(path))
    if not 1 <= len(archives) <= 2:
        raise Refused(Refusal.EXPORT_UNREADABLE, what=options.path[-1].name)
    # Archives without rules beside them: only their sums are opened.
    rules = next((found for path in records if (found := rules_at(path)) is not None), None)
    if beside:
        rules = _bytes(beside[0])
    progress = meter(_("核对选票"), sys.stderr)
    opened = decrypt(key, archives, spread_over(0), progress, rules)
    _keep(options.key, opened.key)
    names = {"owners": _("人数"), "area": _("面积")}
    for measure, head in opened.heads.items():
        print(
            _("%(measure)s：%(ballots)s 张票，票箱摘要 %(head)s。请与张贴的截止摘要对一对。")
            % {"measure": names[measure], "ballots": opened.ballots, "head": head}
        )
    if rules is not None and json.loads(rules)["secrecy"] == Secrecy.SECRET:
        print(_("这次表决不公开任何单张票：送出您的部分、结果公布以后，请销毁密钥文件和它的所有备份。"))
    return _said(options.out, opened.share, _)


def open_ballot(options: argparse.Namespace, _: Say) -> int:
    """This trustee's share of one ballot; which and why is noted in the key file first."""
    key, rules = _key(options), rules_at(options.path)
    if rules is None:
        raise Refused(Refusal.EXPORT_INCOMPLETE, name="rules.json")
    share, kept = approve(
        key,
        archives_at(options.path),
        rules,
        options.tracker.strip().rstrip("="),
        options.reason,
        spread_over(0),
        meter(_("核对选票"), sys.stderr),
    )
    _keep(options.key, kept)
    return _said(options.out, share, _)


def _read(kind: type[Message], path: Path) -> Message:
    return decode(kind, _bytes(path).strip(), path.name)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise Refused(Refusal.INPUT_UNREADABLE, path=str(path)) from None


def _all(kind: type[Message], paths: Sequence[Path]) -> list[Message]:
    return [_read(kind, path) for path in paths]


def _key(options: argparse.Namespace) -> KeyFile:
    return _read(KeyFile, options.key)


def _circle(group: Group, options: argparse.Namespace) -> Circle:
    if getattr(options, "round", None) is None:
        return check_certificates(group, _all(SignedMessage, options.certificates))
    given = _read(Round, options.round)
    if given.certificates is UNSET or len(given.certificates) != given.size:
        raise Refused(Refusal.THRESHOLD_SHAPE, what="certs")
    return check_certificates(group, given.certificates, given.threshold)


def _input(circle: Circle, key: KeyFile, options: argparse.Namespace) -> Input:
    """What was dealt to this trustee: as the server routed it, or from everybody's files."""
    if options.round is None:
        inputs = make_inputs(circle, _all(Polynomial, options.polynomials))
        return inputs[circle.index_of(key.keys) - 1]
    given = _read(Round, options.round).input
    if given is UNSET:
        raise Refused(Refusal.THRESHOLD_SHAPE, what="vinput")
    return given


def _said(path: Path, message: object, _: Say) -> int:
    _write(path, encode(message))
    print(_("已写到 %(path)s。") % {"path": path}, file=sys.stderr)
    return 0


def _write(path: Path, body: bytes) -> None:
    try:
        write_private(path, body + b"\n")
    except FileExistsError:
        raise Refused(Refusal.OUTPUT_EXISTS, path=str(path)) from None
    except OSError:
        raise Refused(Refusal.OUTPUT_UNWRITABLE, path=str(path)) from None


def _keep(path: Path, key: KeyFile) -> None:
    """Replace the key file whole: a power cut leaves the old or the new one."""
    partial = path.with_name(path.name + ".part")
    partial.unlink(missing_ok=True)
    _write(partial, encode(key))
    partial.replace(path)
