# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares what is read of the public test mails with what others read of them.

Where another program and an RFC disagree, the case is listed with the reason; a
case that is listed and agrees after all is an error too.
"""
import json
import re
import unicodedata
import unittest
import xml.etree.ElementTree as ET

from support import Intimail, TestCase, corpora

PHP_MIME = {
    "m0007 attachments": "the mail has no disposition; theirs is a default",
    "m0010 attachments": "the mail has no name; theirs is made up",
    "m0014 attachments": "an inline text that comes first is body (RFC 8621 section 4.1.4)",
    "m0016 attachments": "an inline text that comes first is body (RFC 8621 section 4.1.4)",
    "m0020 attachments": "the mail has neither name nor disposition; theirs are made up",
}
MIME4J = {
    "badbound": "the boundary is folded in the header and in the text: no part is found, so all is shown as text",
    "hdr-fakeout": "text behind a forgotten empty line is shown, not dropped",
    "multi-bad": "of two Content-Type fields the last is taken, as RFC 8621 section 4.1.2 does",
    "multi-frag": "base64 ends with its padding",
    "basic-plain-with-bad-header-separator": "text behind a forgotten empty line is shown, not dropped",
    "malformedHeader-noheader": "text without a header is shown, not dropped",
    "malformedHeaderStartsBody-nocrlfcrlf": "a broken line between two fields is no body",
    "malformedHeaderStartsBody-noheader": "text without a header is shown, not dropped",
    "missing-boundary": "a multipart without a delimiter is shown as text, not dropped",
    "missing-inner-boundary": "a multipart without a delimiter is shown as text, not dropped",
}
MAILCORE = {
    "1015-windows-1252 Subject": "theirs is without Re:",
    "1808-winmail-dat body": "theirs lists attachments in the text",
    "2113-formatting body": "theirs descends into the message inside",
    "2458-encoding To": "theirs says 'Undisclosed recipient' for an empty field",
    "2458-encoding body": "Turkish without a charset: theirs guesses it",
    "2518-encoding To": "theirs says 'Undisclosed recipient' for an empty field",
    "2518-encoding body": "Turkish without a charset: theirs guesses it",
    "2765-korean From": "theirs leaves the encoded word",
    "2765-korean To": "theirs leaves the encoded word",
    "2977-chinese body": "theirs lists attachments in the text",
    "3424-encoding body": "theirs lists attachments in the text",
    "4489-to-field-chinese body": "theirs lists attachments in the text",
    "4925-japanese To": "theirs says 'Undisclosed recipient' for an empty field",
    "5231-emoji Subject": "theirs says 'No Subject' for an empty field",
    "6094-japanese-1 Subject": "theirs is without Re:",
    "6094-japanese-1 To": "an encoded word ends with white space (RFC 2047 section 5)",
    "6144-russian Subject": "theirs does not know koi8_r",
    "989-encoding-1 Subject": "theirs is without Re:",
    "989-encoding-3 Subject": "theirs is without Re:",
    "989-encoding-5 Subject": "theirs is without Re:",
    "989-encoding-6 Subject": "theirs is without Re:",
}


def squeeze(text):
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", text))


def leaves(part):
    if not part.is_multipart():
        return [part]
    return [leaf for child in part.get_parts() for leaf in leaves(child)]


def show(address):
    name = address.get_name()
    return f"{name} <{address.get_email()}>" if name else address.get_email()


class Comparison:
    def __init__(self, test, name, known):
        self.test, self.name, self.known = test, name, known
        self.seen, self.differ, self.bad = 0, set(), []

    def check(self, case, ours, theirs):
        self.seen += 1
        if ours != theirs:
            self.differ.add(case)
            if case not in self.known:
                self.bad.append(f"{case}: {ours!r}, they have {theirs!r}"[:400])

    def finish(self, at_least):
        print(f"{self.name}: {self.seen - len(self.differ)} of {self.seen} agree, {len(self.differ)} known differences")
        self.test.assertEqual(self.bad, [])
        self.test.assertEqual(set(self.known) - self.differ, set())
        self.test.assertGreaterEqual(self.seen, at_least)


class Test(TestCase):
    def test_php_mime(self):
        folder = corpora("mime/php-mime")
        if folder is None:
            return
        compare = Comparison(self, "php-mime-mail-parser", PHP_MIME)
        for want in json.loads((folder / "expected.json").read_text()):
            path = folder / "mails" / want["file"]
            if not path.exists():
                self.assertEqual(want["file"], "m0006")  # not in the collection
                continue
            name = want["file"]
            m = Intimail.Message.new_from_file(str(path))
            compare.check(f"{name} subject", m.get_subject(), want["subject"])
            for field, addresses in (("from", m.get_from()), ("to", m.get_to())):
                compare.check(
                    f"{name} {field}",
                    [(a.get_name() or a.get_email(), a.get_email()) for a in addresses],
                    [(a["display"], a["address"]) for a in want[f"{field}_addresses"]],
                )
            for key, parts in (("text", m.get_text_body()), ("html", m.get_html_body())):
                mime = "text/plain" if key == "text" else "text/html"
                text = "".join(p.get_text()[0] for p in parts if p.get_content_type() == mime)
                rule = want[key]
                if rule[0] == "MATCH":
                    compare.check(f"{name} {key}", text, rule[1].replace("\r\n", "\n"))
                else:
                    compare.check(f"{name} {key}", text.count(rule[2]), rule[1])
            compare.check(
                f"{name} attachments",
                [(p.get_name(), p.get_size(), p.get_content_type(), p.get_disposition()) for p in m.get_attachments()],
                [(a["filename"], a["size"], a["content_type"], a["disposition"]) for a in want["attachments"]],
            )
        compare.finish(140)

    def test_mime4j(self):
        folder = corpora("mime/mime4j")
        if folder is None:
            return
        compare = Comparison(self, "mime4j", MIME4J)
        for tree in sorted(folder.glob("*/*_decoded.xml")):
            name = tree.name[: -len("_decoded.xml")]
            names = []

            def walk(node):
                for child in node:
                    if child.tag in ("text-body", "binary-body"):
                        names.append(child.get("name"))
                    elif child.tag == "message":
                        names.append(None)  # a message inside is one part here
                    elif child.tag in ("multipart", "body-part"):
                        walk(child)

            walk(ET.parse(tree).getroot())
            m = Intimail.Message.new_from_file(str(tree.with_name(f"{name}.msg")))
            parts = leaves(m.get_root())
            ours = [(p.get_content().get_data() or b"").replace(b"\r\n", b"\n") for p in parts]
            theirs = [n and tree.with_name(n).read_bytes().replace(b"\r\n", b"\n") for n in names]
            if len(ours) == len(theirs):
                ours = [None if t is None else o for o, t in zip(ours, theirs)]
            compare.check(name, ours, theirs)
        compare.finish(80)

    def test_mailcore(self):
        folder = corpora("mime/mailcore2")
        if folder is None:
            return
        compare = Comparison(self, "mailcore2", MAILCORE)
        for path in sorted((folder / "summary/input").glob("*.eml")):
            output = folder / "summary/output" / f"{path.stem}.txt"
            head, _, body = output.read_text(errors="replace").partition("\n\n")
            want = dict(line.split(": ", 1) for line in head.split("\n") if ": " in line)
            m = Intimail.Message.new_from_file(str(path))
            compare.check(f"{path.stem} Subject", squeeze(m.get_subject() or ""), squeeze(want.get("Subject", "")))
            for field, addresses in (("From", m.get_from()), ("To", m.get_to())):
                ours = ", ".join(show(a) for a in addresses)
                compare.check(f"{path.stem} {field}", squeeze(ours), squeeze(want.get(field, "")))
            html = [p.get_text()[0] for p in m.get_html_body() if p.get_content_type() == "text/html"]
            text = unicodedata.normalize("NFC", "\n".join([m.get_text(), *html]))
            words = set(re.findall(r"\w{2,}", unicodedata.normalize("NFC", body)))
            missing = sorted(word for word in words if word not in text)
            compare.check(f"{path.stem} body", missing if len(missing) > max(3, len(words) / 10) else [], [])
        compare.finish(160)

    def test_charsets(self):
        folder = corpora("mime/mailcore2/charset-detection")
        if folder is None:
            return
        for path in sorted(folder.iterdir()):
            head = f"Content-Type: text/plain; charset={path.stem}\n\n".encode()
            text, problem = Intimail.Message.new_from_bytes(head + path.read_bytes()).get_root().get_text()
            self.assertFalse(problem, path.stem)
            self.assertNotIn("\ufffd", text)


if __name__ == "__main__":
    unittest.main()
