#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A site that sends through a mail server elsewhere: Postfix, with TLS and passwords."""
import gi

gi.require_version("Intimail", "1")
from gi.repository import GLib, Intimail  # noqa: E402

from submission import Passwords, Submission  # noqa: E402
from support import Agent, Site, folder, wait_until  # noqa: E402

PASSWORD = "correct horse% battery/staple"
USER = "sender@club.example"
ANNA = "anna@home.example"


def make_site(path, name, uri, ca=None, secret=PASSWORD, extra=""):
    place = path / name
    Intimail.Site.create_full(str(place), "club.example", "local", "en")
    (place / "secret").write_text(secret + "\n")
    (place / "secret").chmod(0o600)
    conf = place / "intimail.conf"
    text = conf.read_text().split("[transport]")[0]
    conf.write_text(f"{text}[transport]\nkind=smtp\nuri={uri}\ntimeout=20\n{extra}" + (f"tls-ca-file={ca}\n" if ca else ""))
    return Intimail.Transport.new(Intimail.Site.open(str(place)))


def refusal(transport, recipients=(ANNA,), message=b"From: b@club.example\n\nx\n", code=Intimail.Error.FAILED):
    try:
        transport.send("b@club.example", list(recipients), GLib.Bytes.new(message))
    except GLib.Error as error:
        assert error.matches(Intimail.Error.quark(), code), (error.code, error.message)
        return error.message
    raise AssertionError("it was sent")


def test_refused(path, submission):
    """A password goes to nobody who is not known, and never in clear."""
    user = USER.replace("@", "%40")
    login = f"smtp://{user}@localhost:{submission.starttls}"
    secret = "secret-file=secret\n"
    assert "tls-ca-file" in refusal(make_site(path, "stranger", login, extra=secret))
    wrong_name = login.replace("localhost", "127.0.0.1")
    assert "tls-ca-file" in refusal(make_site(path, "name", wrong_name, submission.ca, extra=secret))
    wrong = refusal(make_site(path, "wrong", login, submission.ca, "wrong", secret))
    assert "secret-file" in wrong and "wrong" not in wrong.split(";")[0].lower(), wrong
    plain = login.replace(str(submission.starttls), str(submission.port))
    assert "no TLS" in refusal(make_site(path, "plain", plain, submission.ca, extra=secret))
    nobody = f"smtp://localhost:{submission.starttls}"
    answer = refusal(make_site(path, "nobody", nobody, submission.ca), code=Intimail.Error.PERMISSION_DENIED)
    assert "554 5.7.1" in answer and "Access denied" in answer, answer


def check_good(transport, site, subject):
    text = f"From: b@club.example\nTo: {ANNA}\nBcc: hidden@home.example\nSubject: {subject}\n\nh\u00e9\n.\n..\n.x\n".encode()
    before = len(site.files("anna"))
    assert transport.send("b@club.example", [ANNA], GLib.Bytes.new(text))
    wait_until(lambda: len(site.files("anna")) == before + 1, "it arrives")
    stored = max(site.files("anna"), key=lambda p: p.stat().st_mtime_ns).read_bytes()
    assert stored.endswith(b"\n" + text.replace(b"Bcc: hidden@home.example\n", b"")), stored


def test_good(path, site, submission):
    user = USER.replace("@", "%40")
    start = make_site(path, "start", f"smtp://{user}@localhost:{submission.starttls}", submission.ca, extra="secret-file=secret\n")
    check_good(start, site, "starttls")
    smtps = make_site(path, "smtps", f"smtps://{user}@localhost:{submission.smtps}", submission.ca, extra="secret-file=secret\n")
    check_good(smtps, site, "smtps \u00e9")
    submission.wait_for_log("sasl_username=" + USER)
    return start


def test_recipients(start, site):
    """Each has the server's own words, and nobody gets it twice."""
    before = len(site.files("anna"))
    message = b"From: b@club.example\nSubject: each\n\nx\n"
    recipients = [ANNA, "nobody@home.example"]
    assert "no such user" in refusal(start, recipients, message, Intimail.Error.NOT_FOUND)
    report = start.send_each("b@club.example", [ANNA, "later@home.example"], GLib.Bytes.new(message), Intimail.SendFlags.LEAVE_OUT_REFUSED)
    for i in range(2):
        try:
            report.get_result(i)
            raise AssertionError("it was sent")
        except GLib.Error as error:
            assert error.matches(Intimail.Error.quark(), Intimail.Error.FAILED), error.message
    report = start.send_each("b@club.example", recipients, GLib.Bytes.new(message), Intimail.SendFlags.LEAVE_OUT_REFUSED)
    assert report.get_result(0)
    wait_until(lambda: len(site.files("anna")) == before + 1, "it arrives, once")
    large = b"From: b@club.example\n\n" + b"x" * 70 + b"\n" + b"y" * 300000
    assert "larger" in refusal(start, [ANNA], large, Intimail.Error.TOO_LARGE)


def main():
    with folder("relay") as path:
        site = Site(path / "home")
        site.add_person("anna")
        passwords = Passwords(path / "auth", {USER: PASSWORD})
        with passwords, Agent(site), Submission(path / "postfix", site, passwords) as submission:
            try:
                test_refused(path, submission)
                assert not site.files("anna")
                start = test_good(path, site, submission)
                test_recipients(start, site)
            except BaseException:
                print(submission.log()[-4000:], (passwords.root / "log").read_text()[-2000:])
                raise
    print("by STARTTLS and TLS, with a password; every stranger gets nothing")


main()
