#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the composer writes is read as it was meant by three others: Python's email package,
GMime alone, and Dovecot over IMAP (ENVELOPE, BODYSTRUCTURE, BINARY)."""
import email
import email.header
import email.policy
import re
import unicodedata
import urllib.parse

import gi

gi.require_version("GMime", "3.0")
gi.require_version("Intimail", "1")
from gi.repository import GLib, GMime, Intimail  # noqa: E402

from compose_cases import HOST, all_cases  # noqa: E402
from dovecot import Dovecot, unprivileged  # noqa: E402
from imap_answer import parse_answer  # noqa: E402


def unix(data):
    return data.replace(b"\r\n", b"\n")


def unflow(text):
    """RFC 3676, for the case that flows."""
    lines = []
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        line = line[depth:].removeprefix(" ")
        if lines and lines[-1][0] == depth and lines[-1][1].endswith(" ") and lines[-1][1] != "-- ":
            lines[-1] = (depth, lines[-1][1] + line)
        else:
            lines.append((depth, line))
    return "\n".join(">" * depth + (" " if depth and line else "") + line for depth, line in lines)


class PythonReader:
    name = "python"

    def __init__(self, case, data, unused):
        self.message = email.message_from_bytes(data, policy=email.policy.default)
        for part in self.message.walk():
            assert part.defects == [], (case.name, part.defects)
        self.subject = str(self.message["Subject"] or "")
        self.in_reply_to = str(self.message["In-Reply-To"] or "")
        self.parts = [self.read_part(part) for part in self.leaves(self.message)]

    @staticmethod
    def leaves(part):
        if part.get_content_type() == "message/rfc822" or not part.is_multipart():
            yield part
        else:
            for child in part.iter_parts():
                yield from PythonReader.leaves(child)

    @staticmethod
    def read_part(part):
        if part.get_content_type() == "message/rfc822":
            content = part.get_payload(0).as_bytes(policy=email.policy.compat32.clone(max_line_length=0))
        else:
            content = part.get_payload(decode=True)
        return (part.get_content_type(), part.get_filename(), (part["Content-ID"] or "").strip("<>"), part.get_content_disposition(), content)

    def people(self, field):
        """Python keeps the space between the encoded words of a long name, which RFC 2047
        section 6.2 says to drop: names are compared without spaces."""
        addresses = self.message[field].addresses if field in self.message else []
        return [(a.display_name.replace(" ", ""), a.addr_spec) for a in addresses]

    @staticmethod
    def meant_people(people):
        return [((name or "").replace(" ", ""), address) for name, address in people]


class GMimeReader:
    name = "gmime"

    def __init__(self, case, data, unused):
        self.data = data  # GMime reads it where it lies
        parser = GMime.Parser.new_with_stream(GMime.StreamMem.new_with_buffer(data))
        self.message = parser.construct_message(None)
        self.subject = self.message.get_subject() or ""
        self.in_reply_to = self.message.get_header("In-Reply-To") or ""
        self.parts = list(self.read_parts(self.message.get_mime_part()))

    @classmethod
    def read_parts(cls, part):
        if isinstance(part, GMime.Multipart):
            for i in range(part.get_count()):
                yield from cls.read_parts(part.get_part(i))
            return
        out = GMime.StreamMem.new()
        if isinstance(part, GMime.MessagePart):
            part.get_message().write_to_stream(None, out)
        elif part.get_content() is not None:
            part.get_content().write_to_stream(out)
        name = part.get_content_disposition_parameter("filename")
        yield (part.get_content_type().get_mime_type(), name, part.get_content_id() or "", part.get_disposition(), bytes(out.get_byte_array()))

    def people(self, field):
        kind = {"To": GMime.AddressType.TO, "Cc": GMime.AddressType.CC}[field]
        return list(self.flatten(self.message.get_addresses(kind)))

    @classmethod
    def flatten(cls, addresses):
        for i in range(addresses.length() if addresses is not None else 0):
            address = addresses.get_address(i)
            if isinstance(address, GMime.InternetAddressGroup):
                yield from cls.flatten(address.get_members())
            else:
                yield (address.get_name() or "", address.get_addr())

    @staticmethod
    def meant_people(people):
        return [(name or "", address) for name, address in people]


class DovecotReader:
    name = "dovecot"

    def __init__(self, case, data, imap):
        self.imap = imap
        self.uid = imap.find(email.message_from_bytes(data)["Message-ID"])
        answer = parse_answer(imap.must_uid("FETCH", self.uid, "(ENVELOPE BODYSTRUCTURE)"))
        self.envelope = answer["ENVELOPE"]
        self.subject = self.decode(self.envelope[1])
        self.in_reply_to = (self.envelope[8] or b"").decode()
        self.parts = list(self.read_parts(answer["BODYSTRUCTURE"], ""))

    @staticmethod
    def decode(text):
        return str(email.header.make_header(email.header.decode_header((text or b"").decode()))) if text else ""

    @staticmethod
    def parameter(pairs, name):
        """A parameter of a BODYSTRUCTURE; RFC 2231 is the client's to decode."""
        found = {pairs[i].decode().lower(): pairs[i + 1].decode() for i in range(0, len(pairs or []), 2)}
        if name + "*" in found:
            charset, _, text = found[name + "*"].split("'", 2)
            return urllib.parse.unquote(text, charset)
        return found.get(name)

    def read_parts(self, body, path):
        if isinstance(body[0], list):
            children = [child for child in body if isinstance(child, list) and child and isinstance(child[0], (list, bytes))]
            for i, child in enumerate(children[: next((n for n, c in enumerate(body) if not isinstance(c, list)), len(body))], 1):
                yield from self.read_parts(child, f"{path}.{i}" if path else str(i))
            return
        path = path or "1"
        kind = f"{body[0].decode()}/{body[1].decode()}".lower()
        disposition = body[{"text": 9, "message/rfc822": 11}.get(kind if kind == "message/rfc822" else kind.split("/")[0], 8)]
        item = f"BODY.PEEK[{path}]" if kind == "message/rfc822" else f"BINARY.PEEK[{path}]"
        content = parse_answer(self.imap.must_uid("FETCH", self.uid, f"({item})"))[item.replace(".PEEK", "")] or b""
        if kind.startswith("text/") and body[5].lower() != b"base64":
            content = unix(content)  # lines on the way end with CR LF
        yield (kind, self.parameter(disposition[1], "filename") if disposition else None, (body[3] or b"").decode().strip("<>"),
               disposition[0].decode().lower() if disposition else None, content)

    def people(self, field):
        rows = self.envelope[{"To": 5, "Cc": 6}[field]] or []
        return [(self.decode(name), f"{local.decode()}@{domain.decode()}") for name, _, local, domain in rows if domain is not None]

    @staticmethod
    def meant_people(people):
        """A local part is told without its quotes."""
        return [(name or "", re.sub(r'^"(.*)"@', r"\1@", address)) for name, address in people]


def check(reader, case):
    assert reader.subject == case.subject, (reader.subject[:200], case.subject[:200])
    assert reader.in_reply_to == case.in_reply_to, reader.in_reply_to
    for field, meant in (("To", case.to), ("Cc", case.cc)):
        assert reader.people(field) == reader.meant_people(meant), (reader.people(field), meant)
    bodies = [(kind, unix(content)) for kind, _, content_id, disposition, content in reader.parts if disposition is None]
    text = bodies[0][1].decode()
    if case.name == "flowed":
        text = unflow(text)
    assert (bodies[0][0], text) == ("text/plain", case.text), (bodies[0][0], text[:200])
    if case.html is None:
        assert len(bodies) == 1, bodies
    else:
        assert bodies[1:] == [("text/html", case.html.encode())], bodies[1:]
    pictures = [(content_id, kind, content) for kind, _, content_id, disposition, content in reader.parts if disposition == "inline"]
    assert pictures == case.pictures, [p[:2] for p in pictures]
    files = [(name, kind, content) for kind, name, _, disposition, content in reader.parts if disposition == "attachment"]
    assert [(unicodedata.normalize("NFC", n), k) for n, k, _ in files] == [(unicodedata.normalize("NFC", n), k) for n, k, _ in case.files], files
    for (name, kind, found), (_, _, meant) in zip(files, case.files):
        assert (unix(found) if kind == "message/rfc822" else found) == meant, (name, found[:80], meant[:80], len(found), len(meant))


def check_bytes(case, data):
    """What any server takes: RFC 5322 section 2.1.1."""
    assert b"\r" not in data and b"\0" not in data
    assert max(map(len, data.split(b"\n"))) <= 998
    if not any(kind == "message/rfc822" for _, kind, _ in case.files):
        assert data.isascii(), case.name


def story(root):
    GMime.init()
    account = Intimail.Account.new(str(root / "mail"))
    account.open(None)
    dovecot = Dovecot(root, root / "mail")
    imap = dovecot.imap()
    failures = []
    written = []
    for case in all_cases(root):
        message_id = account.deliver_composer(case.composer, HOST, None, None, None)
        written.append((case, account.load_message(message_id).get_data()))
    imap.open_box()
    for case, data in written:
        check_bytes(case, data)
        for reader in (PythonReader, GMimeReader, DovecotReader):
            try:
                check(reader(case, data, imap), case)
            except Exception as error:  # all are told at once
                failures.append(f"{case.name}, {reader.name}: {type(error).__name__}: {str(error)[:600]}")
    imap.logout()
    print(f"{len(written)} messages, {3 * len(written) - len(failures)} of {3 * len(written)} readings as they were meant")
    assert not failures, "\n".join(failures)


unprivileged("compose-readers", story)
