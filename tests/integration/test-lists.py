#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Mailing lists with a real Postfix between two sites: people of the first get mail of
their list at once, those of the second through Postfix; what comes back reaches the
owners, and what goes round in circles ends."""
import importlib.util
import pathlib
import re
import subprocess
import urllib.error
import urllib.request

from postfix import Postfix, Smtp, WHO_MAY
from sending_site import SendingSite, get_field, send
from signing import Webmail
from support import AGENT, DOMAIN, Agent, folder, wait_until

AWAY = "away.example"
FIELDS = (b"List-Id", b"List-Post", b"List-Owner", b"List-Help", b"List-Unsubscribe")
CHOIR = f"choir@{DOMAIN}"
N_CORPUS = 150


def message(subject, extra=""):
    return f"From: Anna <anna@{DOMAIN}>\r\nTo: {CHOIR}\r\nSubject: {subject}\r\nMessage-ID: <{subject}@x.example>\r\n{extra}\r\nla la\r\n.\r\n".encode()


def failed_recipients(report):
    assert get_field(report, b"Return-Path") == ["<>"], report
    return re.findall(rb"(?m)^Final-Recipient: rfc822; *(\S+)$", report)


def test_members(postfix, home, away):
    assert send(postfix, f"anna@{DOMAIN}", [CHOIR], message("song"))[0].startswith("250")
    anna, = home.take("anna")
    bert, = home.take("bert")
    zoe, = away.take("zoe")
    assert anna == bert and home.take("carl") == []
    assert get_field(anna, b"Return-Path") == [f"<choir-bounces@{DOMAIN}>"] == get_field(zoe, b"Return-Path")
    assert get_field(anna, b"Delivered-To") == [CHOIR] and get_field(zoe, b"Delivered-To") == [f"zoe@{AWAY}", CHOIR]
    for mail in (anna, zoe):
        assert get_field(mail, b"From") == [f"Anna <anna@{DOMAIN}>"] and mail.endswith(b"\n\nla la\n")
        assert get_field(mail, b"List-Id") == [f"<choir.{DOMAIN}>"]
        assert all(len(get_field(mail, name)) == 1 for name in FIELDS)
    assert (anna.split(b"\n")[2].startswith(b"Received: from ")), anna
    print("a list of two here and one elsewhere: all have it")
    return get_field(zoe, b"List-Unsubscribe")[0]


def test_bounces(postfix, home, away):
    """Members whose mailboxes are full, here and elsewhere: the owner hears of both."""
    home.do("list", "members", "choir", "--add", "full", "--add", f"full@{AWAY}", "--add", f"nobody@{AWAY}")
    send(postfix, f"anna@{DOMAIN}", [CHOIR], message("bounced", "X: " + "x" * 200 + "\r\n"))
    reports = home.take("carl")
    found = sorted(who for report in reports for who in failed_recipients(report))
    assert found == sorted([f"full@{AWAY}".encode(), f"full@{DOMAIN}".encode(), f"nobody@{AWAY}".encode()]), reports
    assert all(get_field(report, b"Delivered-To")[0] == f"choir-bounces@{DOMAIN}" for report in reports)
    assert re.search(rb"(?m)^Diagnostic-Code: smtp; 552 5\.2\.2 ", b"\n".join(reports)), reports
    assert len(home.take("anna")) == len(home.take("bert")) == len(away.take("zoe")) == 1
    home.do("list", "members", "choir", "--remove", "full", "--remove", f"full@{AWAY}", "--remove", f"nobody@{AWAY}")
    print("three members could not have it: the owner knows, the writer does not")


def test_posters(postfix, home, away):
    home.do("list", "set", "choir", "--posters", "members")
    with Smtp(postfix.port) as smtp:
        smtp.ask("MAIL FROM:<stranger@x.example>")
        reply = smtp.ask(f"RCPT TO:<{CHOIR}>")
        assert reply.startswith("550 5.7.2 ") and "only its members or owners may write" in reply, reply
        home.do("list", "set", "choir", "--hidden", "yes")
        reply, unknown = smtp.ask(f"RCPT TO:<{CHOIR}>"), smtp.ask(f"RCPT TO:<nothing@{DOMAIN}>")
        assert reply.startswith("550 5.1.1 ") and reply.split(":", 1)[1] == unknown.split(":", 1)[1], (reply, unknown)
        home.do("list", "set", "choir", "--hidden", "no")
        smtp.ask("RSET")
        smtp.ask(f"MAIL FROM:<zoe@{AWAY}>")
        assert smtp.ask(f"RCPT TO:<{CHOIR}>").startswith("250"), reply
        smtp.ask("RSET")
    # Without the policy in front, LMTP says it, and the writer hears of it.
    done = subprocess.run([AGENT, "--site", home.path, "-f", "stranger@x.example", "-d", CHOIR], input=b"Subject: x\n\n", capture_output=True)
    assert done.returncode == 77 and done.stderr.startswith(b"5.7.2 "), done
    home.do("list", "set", "choir", "--posters", "anyone")
    assert home.take("anna") == away.take("zoe") == []
    print("a stranger is refused before he has sent anything")


def test_loop(postfix, home, away):
    """A list of the other site that has ours as its member, and ours has that one."""
    away.do("list", "add", "echo", "--owner", "zoe", "--member", CHOIR)
    home.do("list", "members", "choir", "--add", f"echo@{AWAY}")
    send(postfix, f"anna@{DOMAIN}", [CHOIR], message("round"))
    assert len(home.take("anna")) == len(home.take("bert")) == 1
    mails = away.take("zoe")
    reports = [mail for mail in mails if get_field(mail, b"Return-Path") == ["<>"]]
    assert len(mails) == 2 and len(reports) == 1, mails
    assert failed_recipients(reports[0]) == [CHOIR.encode()]
    assert re.search(rb"(?m)^Status: 5\.4\.6$", reports[0]), reports
    home.do("list", "members", "choir", "--remove", f"echo@{AWAY}")
    print("two lists that hold each other: each member has it once, and it ends")


def test_unsubscribe(postfix, home, away, address):
    address = address.removeprefix("<mailto:").split("?")[0].replace("%2B", "+")
    send(postfix, f"zoe@{AWAY}", [address], message("unsubscribe"))
    word, = away.take("zoe")
    assert get_field(word, b"Subject") == ['You have left the list "choir"'], word
    assert get_field(word, b"Return-Path") == [f"<choir-bounces@{DOMAIN}>"]
    send(postfix, f"anna@{DOMAIN}", [CHOIR], message("after"))
    assert len(home.take("anna")) == 1 and away.take("zoe") == [] and home.take("carl") == []
    home.do("list", "members", "choir", "--add", f"zoe@{AWAY}")
    print("who writes to the address in List-Unsubscribe is out")


def ask_web(url, method="GET", body=None, language="en"):
    request = urllib.request.Request(url, method=method, data=body, headers={"Accept-Language": language})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), error.headers


def test_one_click(postfix, home, away):
    """With an address of the webmail, each member elsewhere has a link of their own."""
    config = home.path / "intimail.conf"
    config.write_text(re.sub(r"(?m)^url=.*$", "url=https://mail.home.example", config.read_text()))
    away.add("yan")
    home.do("list", "members", "choir", "--add", f"yan@{AWAY}")
    sockets = [home.lmtp, home.policy, home.path / "run/map.sock"]
    with Agent(home, protocols=("--lmtp", "--policy", "--map"), sockets=sockets), Webmail(home) as webmail:
        send(postfix, f"anna@{DOMAIN}", [CHOIR], message("click"))
        anna, = home.take("anna")
        mails = {uid: away.take(uid) for uid in ("zoe", "yan")}
        links = {}
        for uid, (mail,) in mails.items():
            leave, = get_field(mail, b"List-Unsubscribe")
            assert get_field(mail, b"List-Unsubscribe-Post") == ["List-Unsubscribe=One-Click"]
            assert mail.endswith(b"\n\nla la\n") and all(len(line) < 998 for line in mail.split(b"\n"))
            links[uid] = re.search(r"^<mailto:choir-unsubscribe[^>]*>, <https://mail\.home\.example(/unsubscribe\?[^>]+)>$", leave)[1]
            assert f"member={uid}%40{AWAY}" in links[uid], leave
        assert links["zoe"].split("&token=")[1] != links["yan"].split("&token=")[1]
        assert get_field(anna, b"List-Unsubscribe-Post") == [] and "https:" not in get_field(anna, b"List-Unsubscribe")[0]

        # Looking changes nothing, and no token is good for somebody else.
        status, page, headers = ask_web(webmail.url + links["zoe"])
        assert status == 200 and f"Shall zoe@{AWAY} get no more mail" in page and '<form method="post">' in page, page
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "Ne plus envoyer" in ask_web(webmail.url + links["zoe"], language="fr-FR, en;q=0.5")[1]
        assert "<b>" not in ask_web(webmail.url + "/unsubscribe?list=%3Cb%3E&member=%3Cb%3E&token=x")[1]
        token = links["yan"].split("&token=")[1]
        for wrong in (links["zoe"][:-1], links["zoe"].replace("choir", "other"), links["zoe"].split("&token=")[0] + "&token=" + token,
                      "/unsubscribe", "/unsubscribe?list=choir&member=carl&token=", links["zoe"] + "%00", links["zoe"].replace("zoe", "%ff")):
            assert ask_web(webmail.url + wrong, "POST", b"List-Unsubscribe=One-Click")[0] in (400, 403), wrong
        assert f"zoe@{AWAY}" in home.do("list", "show", "choir")

        for _ in range(2):  # the second does nothing more
            status, page, _ = ask_web(webmail.url + links["zoe"], "POST", b"List-Unsubscribe=One-Click")
            assert status == 200 and f"zoe@{AWAY} gets no more mail" in page, page
        wait_until(lambda: away.files("zoe"), "the word about it")
        word, = away.take("zoe")
        assert get_field(word, b"Subject") == ['You have left the list "choir"'], word
        assert f"zoe@{AWAY}" not in home.do("list", "show", "choir") and f"yan@{AWAY}" in home.do("list", "show", "choir")
        send(postfix, f"anna@{DOMAIN}", [CHOIR], message("clicked"))
        assert away.take("zoe") == [] and len(away.take("yan")) == 1
    print("with one click in a message of the list, its reader is out, and nobody else")


def test_duties(postfix, home, away):
    """postmaster and abuse, while nobody administrates."""
    with Smtp(postfix.port) as smtp:
        smtp.ask("MAIL FROM:<>")
        assert smtp.ask(f"RCPT TO:<postmaster@{DOMAIN}>").startswith("45")
    config = home.path / "intimail.conf"
    config.write_text(config.read_text().replace("[site]\n", f"[site]\npostmaster=carl;zoe@{AWAY}\n"))
    with Agent(home, protocols=("--lmtp", "--policy", "--map"), sockets=[home.lmtp, home.policy, home.path / "run/map.sock"]):
        for duty in ("postmaster", "abuse"):
            send(postfix, "s@x.example", [f"{duty}@{DOMAIN}"], message(duty))
            assert len(home.take("carl")) == len(away.take("zoe")) == 1
    print("postmaster and abuse reach whom the configuration names")


def corpus():
    spec = importlib.util.spec_from_file_location("corpus", pathlib.Path(__file__).with_name("test-postfix-corpus.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    mails = [data for _, data in module.corpus_mails()] or [data for _, data in module.own_mails()]
    return mails[::max(1, len(mails) // N_CORPUS)]


def make_smtp(data):
    lines = data.replace(b"\r\n", b"\n").replace(b"\0", b"").split(b"\n")
    return b"".join((b"." if line[:1] == b"." else b"") + line.rstrip(b"\r") + b"\r\n" for line in lines) + b".\r\n"


def split(mail):
    """Trace of ours, header, the rest from the empty line on."""
    trace = re.match(rb"((?:Return-Path|Delivered-To|Received):[^\n]*\n(?:[ \t][^\n]*\n)*)+", mail)
    rest = mail[trace.end():]
    found = re.search(rb"(?:^|\n)(?=\r?\n)", rest)
    return (rest[:found.end()], rest[found.end():]) if found else (rest, b"")


def test_corpus(postfix, home, away):
    """Each mail to somebody and to the list: the list's copy is the same with its fields."""
    mails = corpus()
    n_with_fields = 0
    for number, data in enumerate(mails):
        send(postfix, "s@x.example", [f"dora@{DOMAIN}", CHOIR], make_smtp(data))
        plain, = home.take("dora")
        anna, = home.take("anna")
        zoe, = away.take("zoe")
        header, body = split(plain)
        list_header, list_body = split(anna)
        assert body == list_body, number
        assert list_header.startswith(header), (number, header, list_header)
        added = list_header[len(header):].lstrip(b"\n").splitlines()
        seen = [name for name in FIELDS if re.search(rb"(?mi)^" + name + rb"[ \t]*:", header)]
        wanted = [] if b"List-Id" in seen else [name for name in FIELDS if name not in seen]
        assert [line.split(b":")[0] for line in added] == wanted, (number, seen, added)
        assert zoe.endswith(body.lstrip(b"\n")), number
        n_with_fields += bool(wanted)
        home.take("bert")
    print(f"{len(mails)} mails through the list, {n_with_fields} with its fields, the others of other lists")


def main():
    with folder("lists") as path:
        etc = path / "postfix/etc"
        home, away = SendingSite(path / "home", DOMAIN, etc), SendingSite(path / "away", AWAY, etc)
        for uid in ("anna", "bert", "carl", "dora"):
            home.add(uid)
        home.add("full", "100")
        away.add("zoe")
        away.add("full", "100")
        home.do("list", "add", "choir", "--owner", "carl", "--member", "anna", "--member", "bert", "--member", f"zoe@{AWAY}")
        extra = (f"virtual_mailbox_maps = socketmap:unix:{home.path}/run/map.sock:recipients\n"
                 f"relay_domains = {AWAY}\ntransport_maps = inline:{{ {{{AWAY}=lmtp:unix:{away.lmtp}}} }}\n"
                 "smtpd_policy_service_timeout = 10s\n")
        restrictions = f"check_policy_service unix:{home.policy}, {WHO_MAY}"
        with Agent(away), Postfix(path / "postfix", home, restrictions, extra) as postfix:
            with Agent(home, protocols=("--lmtp", "--policy", "--map"),
                       sockets=[home.lmtp, home.policy, home.path / "run/map.sock"]) as agent:
                address = test_members(postfix, home, away)
                test_bounces(postfix, home, away)
                test_posters(postfix, home, away)
                test_loop(postfix, home, away)
                test_unsubscribe(postfix, home, away, address)
                test_corpus(postfix, home, away)
                assert agent.stop() == 0
            test_one_click(postfix, home, away)
            test_duties(postfix, home, away)
    print("ok")


if __name__ == "__main__":
    main()
