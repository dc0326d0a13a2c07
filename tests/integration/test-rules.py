#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rules and vacations with a real Postfix between two sites: what is filed, sent on and
answered; what goes round ends, lists and those who are away get no answer, and a kill or a
mail server that is away doubles and loses nothing."""
import json
import random
import re
import subprocess
import time

from postfix import Postfix
from sending_site import COMMAND, SendingSite, get_field, send
from slapd import tool
from support import DOMAIN, Agent, Lmtp, folder, stuff, wait_until

AWAY = "away.example"
ANNA, BERT, ZOE = f"anna@{DOMAIN}", f"bert@{DOMAIN}", f"zoe@{AWAY}"
N_KILLS = 8
N_RANDOM = 12
seed = random.randrange(2**32)
print(f"seed {seed}", flush=True)
CHANCE = random.Random(seed)


def message(subject, sender=ZOE, to=ANNA, extra=""):
    return (f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <{subject}@x.example>\r\n{extra}"
            f"\r\nla la {subject}\r\n.\r\n").encode()


def in_mailbox(site, uid, folder_name):
    account = site.path / "mail" / uid / folder_name
    return [path for part in ("new", "cur") for path in (account / part).glob("*")]


def clear_rules(site, uid):
    for name in ("intimail.rules", "intimail.vacation"):
        (site.path / "mail" / uid / name).unlink(missing_ok=True)


def test_command(home):
    def fails(status, says, *words):
        done = subprocess.run([COMMAND, "--site", home.path, *words], capture_output=True, text=True)
        assert done.returncode == status and says in done.stderr, (words, done)

    assert "no rule" in home.do("rule", "list", "anna")
    home.do("mailbox", "create", "anna", "Garden")
    home.do("rule", "add", "anna", "garden", "--if", "subject contains tomato plants", "--if", "from not is bert@home.example",
            "--mailbox", "Garden", "--flagged", "--keyword", "garden")
    home.do("rule", "add", "anna", "large", "--if", "size over 1000000", "--any", "--mailbox", "trash", "--stop", "--position", "1")
    home.do("rule", "add", "anna", "copy", "--forward", ZOE, "--no-copy", "--seen")
    rows = [re.split(r"  +", line.strip()) for line in home.do("rule", "list", "anna").splitlines()[1:]]
    assert rows == [["1", "large", "on", "size over 1000000", "to Trash, stop"],
                    ["2", "garden", "on", 'subject contains "tomato plants" and from not is "bert@home.example"',
                     "to Garden, mark $flagged, mark garden"],
                    ["3", "copy", "on", "always", f"mark $seen, send on to {ZOE}, no copy"]], rows
    # A rule follows its mailbox.
    home.do("mailbox", "rename", "anna", "Garden", "Plants")
    assert "to Plants, mark $flagged" in home.do("rule", "list", "anna")
    home.do("rule", "disable", "anna", "copy", "large")
    assert [rule["name"] for rule in json.loads(home.do("rule", "list", "anna", "--json"))["rules"] if not rule.get("enabled", True)] == ["large", "copy"]
    home.do("rule", "enable", "anna", "large")
    done = subprocess.run([COMMAND, "--site", home.path, "rule", "test", "anna", "-", "--json"], capture_output=True,
                          input=b"Return-Path: <zoe@away.example>\nSubject: Tomato plants\n\n")
    tested = json.loads(done.stdout)
    assert tested == {"mailbox": "Plants", "keywords": ["$flagged", "garden"], "forward": [], "kept": True, "answered": False,
                      "steps": [{"name": "junk", "matched": False, "reason": "the filter does not call it junk"},
                                {"name": "large", "matched": False, "reason": "no condition is met"},
                                {"name": "garden", "matched": True, "reason": "every condition is met"},
                                {"name": "vacation", "matched": False, "reason": "it is switched off"}]}, tested
    fails(2, "like", "rule", "add", "anna", "x", "--if", "subject like x")
    fails(2, "needs a value", "rule", "add", "anna", "x", "--if", "subject not contains")
    fails(3, "no such mailbox", "rule", "add", "anna", "x", "--mailbox", "Nowhere")
    fails(2, "forward to", "rule", "add", "anna", "x", "--forward", "nobody")
    fails(4, "already", "rule", "add", "anna", "garden")
    fails(3, "no rule", "rule", "remove", "anna", "nothing")
    fails(3, "message", "rule", "test", "anna", "nothing")
    home.do("rule", "remove", "anna", "copy", "large")
    file = home.path / "mail/anna/intimail.rules"
    text = file.read_text()
    file.write_text(text.replace('"rules"', '"ruels"'))
    fails(2, '"ruels" is not known', "rule", "list", "anna")
    file.write_text(text)

    assert "state: off" in home.do("vacation", "show", "anna")
    home.do("vacation", "set", "anna", "--text", "By the sea", "--until", "2090-01-01T00:00:00Z", "--days", "3")
    shown = json.loads(home.do("vacation", "show", "anna", "--json"))
    assert shown == {"enabled": True, "state": "on", "from": None, "until": "2090-01-01T00:00:00Z", "days": 3, "subject": "",
                     "text": "By the sea", "html": ""}, shown
    home.do("vacation", "end", "anna")
    assert json.loads(home.do("vacation", "show", "anna", "--json"))["enabled"] is False
    fails(2, "days", "vacation", "set", "anna", "--days", "400")
    fails(2, "ends before", "vacation", "set", "anna", "--from", "2091-01-01")
    print("the command makes, lists, tests and removes rules")


def test_filing(postfix, home, away):
    send(postfix, ZOE, [ANNA, BERT], message("Tomato plants"))
    kept, = in_mailbox(home, "anna", ".Plants")
    assert home.take("anna") == [] and len(home.take("bert")) == 1
    tested = home.do("rule", "test", "anna", json.loads(home.do("message", "list", "anna", "--mailbox", "Plants", "--json"))[0]["id"])
    assert "goes to: Plants" in tested and "yes  garden" in tested, tested
    clear_rules(home, "anna")
    print("a mail is filed, and the command says why")


def test_forward(postfix, home, away):
    home.do("rule", "add", "anna", "on", "--forward", ZOE)
    send(postfix, f"bert@{DOMAIN}", [ANNA], message("forwarded"))
    kept, = home.take("anna")
    sent, = away.take("zoe")
    assert sent.endswith(b"\n\nla la forwarded\n") and kept.endswith(b"\n\nla la forwarded\n")
    # SRS is Postfix's: the sender is the same.
    assert get_field(sent, b"Return-Path") == [f"<{BERT}>"]
    assert get_field(sent, b"Delivered-To") == [ZOE, ANNA], sent

    # Round it goes once.
    away.do("rule", "add", "zoe", "back", "--forward", ANNA, "--no-copy")
    send(postfix, f"bert@{DOMAIN}", [ANNA], message("round"))
    mails = home.take("anna")
    assert len(mails) == 2 and away.take("zoe") == [] and home.take("bert") == [], mails
    clear_rules(away, "zoe")
    clear_rules(home, "anna")
    print("what is sent on arrives, and what goes round ends")


def test_vacation(postfix, home, away):
    home.do("vacation", "set", "anna", "--text", "By the sea.")
    for number in range(3):
        send(postfix, ZOE, [ANNA], message(f"question-{number}"))
    answer, = away.take("zoe")
    assert len(home.take("anna")) == 3
    assert get_field(answer, b"Return-Path") == ["<>"] and get_field(answer, b"Auto-Submitted") == ["auto-replied"]
    assert get_field(answer, b"Subject") == ["Auto: question-0"] and get_field(answer, b"To") == [ZOE]
    assert get_field(answer, b"In-Reply-To") == ["<question-0@x.example>"] == get_field(answer, b"References")
    assert b"By the sea." in answer

    # Of two who are away, one hears of it once.
    home.do("vacation", "set", "bert", "--text", "In the hills.")
    send(postfix, BERT, [ANNA], message("both-away", BERT))
    assert len(home.take("anna")) == len(home.take("bert")) == 1
    # And with somebody elsewhere who is away.
    away.do("vacation", "set", "zoe", "--text", "Out.")
    (home.path / "mail/anna/intimail.vacation").unlink()
    send(postfix, ZOE, [ANNA], message("all-away"))
    assert len(home.take("anna")) == len(away.take("zoe")) == 1

    # Lists, bulk mail and reports get none.
    (home.path / "mail/anna/intimail.vacation").unlink()
    home.do("list", "add", "choir", "--owner", "carl", "--member", "anna", "--member", "bert")
    send(postfix, ZOE, [f"choir@{DOMAIN}"], message("song", to=f"choir@{DOMAIN}"))
    send(postfix, ZOE, [ANNA], message("bulk", extra="Precedence: bulk\r\n"))
    send(postfix, "", [ANNA], message("report"))
    assert len(home.take("anna")) == 3 and len(home.take("bert")) == 1
    assert away.take("zoe") == home.take("carl") == []
    for site, uid in ((home, "anna"), (home, "bert"), (away, "zoe")):
        clear_rules(site, uid)
    print("who writes to somebody who is away hears of it once; lists and programs do not")


def test_trouble(postfix, home, away, broken):
    """The program that hands mail over is broken for a while."""
    home.do("rule", "add", "anna", "on", "--forward", ZOE)
    home.do("vacation", "set", "bert")
    broken.touch()
    with Lmtp(home.lmtp) as lmtp:
        lmtp.greet()
        replies = lmtp.deliver(ZOE, [ANNA, BERT], message("tried").replace(b"\r\n.\r\n", b"\r\n"))
    assert replies[0].startswith("451 4.3.0") and replies[1].startswith("250"), replies
    # The answer is given up, and the mail is there.
    assert home.take("anna") == away.take("zoe") == [] and len(home.take("bert")) == 1
    broken.unlink()
    with Lmtp(home.lmtp) as lmtp:
        lmtp.greet()
        assert lmtp.deliver(ZOE, [ANNA], message("tried").replace(b"\r\n.\r\n", b"\r\n"))[0].startswith("250")
    wait_until(lambda: postfix.queue_length() == 0, "the queue is empty", 60)
    assert len(home.take("anna")) == len(away.take("zoe")) == 1
    clear_rules(home, "bert")
    print("while mail cannot be handed over it waits, and then it is there once")


def test_kill(postfix, home, away, agent):
    """Killed when it is done, before the client has its reply: the client asks again."""
    for number in range(N_KILLS):
        data = message(f"killed-{number}").replace(b"\r\n.\r\n", b"\n").replace(b"\r\n", b"\n")
        lmtp = Lmtp(home.lmtp)
        lmtp.greet()
        for command in (f"MAIL FROM:<{ZOE}>", f"RCPT TO:<{ANNA}>", "DATA"):
            lmtp.ask(command)
        lmtp.send(stuff(data))
        wait_until(lambda: len(home.files("anna")) == number + 1, "the message is there")
        agent.kill()
        lmtp.close()
        agent.start()
        with Lmtp(home.lmtp) as again:
            again.greet()
            assert again.deliver(ZOE, [ANNA], data)[0].startswith("250")
    wait_until(lambda: postfix.queue_length() == 0, "the queue is empty", 60)
    subjects = sorted(get_field(mail, b"Subject")[0] for mail in away.take("zoe"))
    assert subjects == [f"killed-{number}" for number in range(N_KILLS)], subjects
    assert sorted(get_field(mail, b"Subject")[0] for mail in home.take("anna")) == subjects
    clear_rules(home, "anna")
    print(f"{N_KILLS} kills: each mail was sent on once, and is there once")


def test_kill_on_the_way(postfix, home, away, agent, hold):
    """Killed while the program that hands mail over is at work, and that one lives on."""
    home.do("rule", "add", "anna", "on", "--forward", ZOE, "--no-copy")
    data = message("held").replace(b"\r\n.\r\n", b"\n").replace(b"\r\n", b"\n")
    hold.touch()
    lmtp = Lmtp(home.lmtp)
    lmtp.greet()
    for command in (f"MAIL FROM:<{ZOE}>", f"RCPT TO:<{ANNA}>", "DATA"):
        lmtp.ask(command)
    lmtp.send(stuff(data))
    wait_until(hold.with_name("holding").exists, "the message is handed over")
    agent.kill()
    lmtp.close()
    hold.unlink()
    agent.start()
    with Lmtp(home.lmtp) as again:
        again.greet()
        assert again.deliver(ZOE, [ANNA], data)[0].startswith("250")
    wait_until(lambda: away.files("zoe"), "the message that was on its way is there", 60)
    wait_until(lambda: postfix.queue_length() == 0, "the queue is empty", 60)
    assert len(away.take("zoe")) == 1 and len(home.take("anna")) == 1
    clear_rules(home, "anna")
    print("a kill in the middle of the hand-over: sent on once, and kept")


def kill_at_random(home, agent, data):
    """A client that asks until it is told that the mail is there, and an agent that is killed twice."""
    for attempt in range(5):
        lmtp = Lmtp(home.lmtp)
        lmtp.greet()
        for command in (f"MAIL FROM:<{ZOE}>", f"RCPT TO:<{ANNA}>", "DATA"):
            lmtp.ask(command)
        lmtp.send(stuff(data))
        if attempt < 2:
            # Any moment is right: this is no waiting for something.
            time.sleep(CHANCE.random() * 0.25)
            agent.kill()
            lmtp.close()
            agent.start()
        elif lmtp.reply()[-1].startswith("250"):
            return lmtp.close()
    raise AssertionError("the mail is not taken")


def test_kills_at_random(postfix, home, away, agent, slow):
    """Nothing is sent on twice, nothing is there twice, and nothing is lost."""
    home.do("rule", "add", "anna", "on", "--forward", ZOE, "--no-copy")
    slow.touch()
    wanted = [f"random-{number}" for number in range(N_RANDOM)]
    for subject in wanted:
        kill_at_random(home, agent, message(subject).replace(b"\r\n.\r\n", b"\n").replace(b"\r\n", b"\n"))
    slow.unlink()
    # What an agent that was killed has begun may still be at work.
    wait_until(lambda: not list(slow.parent.glob("at-work-*")), "what hands mail over has ended", 30)
    wait_until(lambda: postfix.queue_length() == 0, "the queue is empty", 60)
    sent, kept = ([get_field(mail, b"Subject")[0] for mail in site.take(uid)] for site, uid in ((away, "zoe"), (home, "anna")))
    assert len(sent) == len(set(sent)) and len(kept) == len(set(kept)), (sent, kept)
    assert set(sent) | set(kept) == set(wanted), (sent, kept)
    clear_rules(home, "anna")
    print(f"{2 * N_RANDOM} kills at any moment: {len(sent)} of {N_RANDOM} mails were sent on, {len(kept)} kept, none twice or lost")


def test_junk(postfix, home, away):
    """The filter's word counts, and nobody else's."""
    send(postfix, ZOE, [ANNA], message("ham", extra="X-Spam-Flag: YES\r\n"))
    assert len(home.take("anna")) == 1 and in_mailbox(home, "anna", ".Junk") == []
    with Lmtp(home.lmtp) as lmtp:  # behind Postfix, where a filter writes
        lmtp.greet()
        assert lmtp.deliver(ZOE, [ANNA], b"X-Spam-Flag: YES\nSubject: spam\n\nbuy\n")[0].startswith("250")
    assert home.take("anna") == [] and len(in_mailbox(home, "anna", ".Junk")) == 1
    print("junk goes to the junk mailbox when the site's filter says so")


def main():
    with folder("rules") as path:
        etc = path / "postfix/etc"
        home, away = SendingSite(path / "home", DOMAIN, etc), SendingSite(path / "away", AWAY, etc)
        for uid in ("anna", "bert", "carl"):
            home.add(uid)
        away.add("zoe")
        broken, hold, slow, program, checks = (path / name for name in ("broken", "hold", "slow", "hand-over", "header-checks"))
        program.write_text(f"""#!/bin/sh
[ -e {broken} ] && exit 75
if [ -e {slow} ]; then
  touch {path}/at-work-$$
  sleep 0.0$(($$ % 9))
  {tool('sendmail')} -C {etc} "$@"
  status=$?
  sleep 0.0$(($$ % 7))
  rm {path}/at-work-$$
  exit $status
fi
if [ -e {hold} ]; then
  cat > {path}/held && touch {path}/holding
  while [ -e {hold} ]; do sleep 0.02; done
  exec {tool('sendmail')} -C {etc} "$@" < {path}/held
fi
exec {tool('sendmail')} -C {etc} "$@"
""")
        program.chmod(0o755)
        config = home.path / "intimail.conf"
        config.write_text(re.sub(r"(?m)^command=.*$", f"command={program}", config.read_text())
                          .replace("spam-fields=\n", "spam-fields=X-Spam;X-Spam-Flag\n"))
        checks.write_text("/^X-Spam/ IGNORE\n")
        extra = (f"relay_domains = {AWAY}\ntransport_maps = inline:{{ {{{AWAY}=lmtp:unix:{away.lmtp}}} }}\n"
                 f"header_checks = regexp:{checks}\n")
        test_command(home)
        with Agent(away), Postfix(path / "postfix", home, extra=extra) as postfix, Agent(home) as agent:
            test_filing(postfix, home, away)
            test_forward(postfix, home, away)
            test_vacation(postfix, home, away)
            test_trouble(postfix, home, away, broken)
            test_kill(postfix, home, away, agent)
            test_kill_on_the_way(postfix, home, away, agent, hold)
            test_kills_at_random(postfix, home, away, agent, slow)
            test_junk(postfix, home, away)
            assert agent.stop() == 0
    print("ok")


if __name__ == "__main__":
    main()
