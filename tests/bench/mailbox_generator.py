#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Mail as it lies in a mailbox of some years, from a seed: always the same.

    mailbox_generator.py FOLDER COUNT [SEED]    fills FOLDER/{cur,new,tmp}

Several Received fields and a signature, names and subjects in several languages, 45 % of
the mails in conversations, half of them with an HTML part, 2 % with an attachment, sizes
spread around a median of 4 KB. Words are made up, but for a few that a search looks for:
see WORDS.
"""
import base64
import email.utils
import os
import pathlib
import quopri
import random
import sys

START = 1449672503
# A word and how often it stands where: what a search finds is known.
WORDS = {"subject": ("allotment", 0.001), "body": ("Zwiebelkuchen", 0.001)}
SYLLABLES = "ba be bi bo bu da de di do du ga ge gi go ka ke ki ko la le li lo ma me mi mo na ne ni no pa pe po ra re ri ro sa se si so ta te ti to va ve vi".split()
LANGUAGES = [
    (0.55, "abcdefghilmnoprstuvw", ["Anna", "Bob", "Carol", "David", "Emily", "Frank", "Grace", "Henry"]),
    (0.20, "aàâbcçdeéèêfghiîlmnoôprstuùv", ["Zoé", "François", "Hélène", "Jérôme", "Aurélie", "Noël"]),
    (0.10, "aäbcdefghiklmnoöprsßtuüvwz", ["Jörg", "Käthe", "Günther", "Bärbel"]),
    (0.08, "абвгдежзиклмнопрстуфхцчшыя", ["Анна", "Борис", "Дмитрий", "Ольга"]),
    (0.07, "日月火水木金土山川田人口車門雨", ["田中", "鈴木", "佐藤", "高橋"]),
]


def pick(rand, table):
    mark = rand.random()
    for entry in table:
        mark -= entry[0]
        if mark < 0:
            return entry
    return table[-1]


def make_words(rand, letters, count):
    if ord(letters[0]) > 0x3000:
        return ["".join(rand.choices(letters, k=rand.randint(2, 4))) for _ in range(count)]
    return ["".join(rand.choices(letters, k=rand.randint(3, 10))) for _ in range(count)]


def encode_word(text):
    """RFC 2047, in pieces that fit their line."""
    if text.isascii():
        return text
    pieces, piece = [], ""
    for letter in text:
        if len((piece + letter).encode()) > 42:
            pieces.append(piece)
            piece = ""
        piece += letter
    pieces.append(piece)
    return "\n ".join(f"=?UTF-8?B?{base64.b64encode(piece.encode()).decode()}?=" for piece in pieces)


class Generator:
    def __init__(self, seed=1):
        self.rand = random.Random(seed)
        self.vocabulary = [make_words(self.rand, letters, 1500) for _, letters, _ in LANGUAGES]
        self.people = []
        for number in range(1200):
            language = LANGUAGES.index(pick(self.rand, LANGUAGES))
            name = f"{self.rand.choice(LANGUAGES[language][2])} {self.rand.choice(self.vocabulary[language]).capitalize()}"
            self.people.append((name, f"p{number}@{self.rand.choice(SYLLABLES)}{number % 90}.example", language))
        # Few write much, many write little.
        self.weights = [1 / (1 + number) ** 0.8 for number in range(len(self.people))]
        self.open_threads = []
        self.attachment = self.rand.randbytes(60000)

    def prose(self, language, size):
        words, lines, line = self.vocabulary[language], [], ""
        length = 0
        while length < size:
            line = " ".join(self.rand.choices(words, k=11))
            lines.append(line)
            length += len(line.encode()) + 1
            if self.rand.random() < 0.12:
                lines.append("")
        if self.rand.random() < WORDS["body"][1]:
            lines[len(lines) // 2] += " " + WORDS["body"][0]
        return "\n".join(lines) + "\n"

    def trace(self, when, number):
        date = email.utils.formatdate(when, usegmt=False)
        hops = []
        for hop in range(self.rand.randint(2, 4)):
            host = f"mx{hop}.{self.rand.choice(SYLLABLES)}{number % 300}.example"
            hops.append(f"Received: from {host} ({host} [198.51.100.{number % 250}])\n"
                        f"\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\n"
                        f"\tby mail.home.example (Postfix) with ESMTPS id {self.rand.getrandbits(44):X}\n"
                        f"\tfor <anna@home.example>; {date}\n")
        signature = base64.b64encode(self.rand.randbytes(256)).decode()
        folded = "\n\t ".join(signature[i:i + 68] for i in range(0, len(signature), 68))
        return (f"Return-Path: <bounce-{number}@list.example>\n{''.join(hops)}"
                f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=list.example; s=k1;\n"
                f"\tt={when}; h=from:to:subject:date:message-id; bh={signature[:44]};\n\tb={folded}\n")

    def thread(self, subject, message_id):
        """An answer to one of the last conversations, or a new one."""
        if self.open_threads and self.rand.random() < 0.45:
            place = self.rand.randrange(len(self.open_threads))
            first, ids = self.open_threads[place]
            ids = ids[:1] + ids[1:][-12:]
            self.open_threads[place] = (first, ids + [message_id])
            references = "\n ".join(f"<{other}>" for other in ids)
            return (first if first.startswith("Re: ") else "Re: " + first), f"In-Reply-To: <{ids[-1]}>\nReferences: {references}\n"
        self.open_threads.append((subject, [message_id]))
        if len(self.open_threads) > 400:
            self.open_threads.pop(0)
        return subject, ""

    def body(self, language, size, number):
        text = self.prose(language, size)
        if self.rand.random() < 0.5:
            return text_part(text, self.rand)
        boundary = f"=_b{number:08x}"
        html = "<html><body>" + "".join(f"<p>{line}</p>\n" for line in text.splitlines()) + "</body></html>\n"
        return (f'Content-Type: multipart/alternative; boundary="{boundary}"\n\n--{boundary}\n{text_part(text, self.rand)}'
                f"\n--{boundary}\n{text_part(html, self.rand, 'html')}\n--{boundary}--\n")

    def message(self, number):
        """The bytes of a mail, and when it came."""
        rand = self.rand
        when = START + number * 2900 + rand.randint(0, 2000)
        name, address, language = rand.choices(self.people, self.weights)[0]
        others = rand.sample(self.people, rand.choice((0, 0, 0, 1, 2)))
        message_id = f"{rand.getrandbits(60):x}.{number}@{address.split('@')[1]}"
        subject = " ".join(rand.choices(self.vocabulary[language], k=rand.randint(2, 7)))
        if rand.random() < WORDS["subject"][1]:
            subject = WORDS["subject"][0] + " " + subject
        subject, references = self.thread(subject, message_id)
        size = min(rand.lognormvariate(7.45, 0.9), 90000)
        body = self.body(language, size / 1.6, number)
        if rand.random() < 0.02:
            data = base64.encodebytes(self.attachment[:rand.randint(2000, 60000)]).decode()
            body = (f'Content-Type: multipart/mixed; boundary="=_m{number:08x}"\n\n--=_m{number:08x}\n{body}\n--=_m{number:08x}\n'
                    f'Content-Type: application/pdf; name="plan.pdf"\nContent-Disposition: attachment; filename="plan.pdf"\n'
                    f"Content-Transfer-Encoding: base64\n\n{data}\n--=_m{number:08x}--\n")
        copies = "".join(f"Cc: {encode_word(other)} <{there}>\n" for other, there, _ in others[:1])
        text = (f"{self.trace(when, number)}From: {encode_word(name)} <{address}>\nTo: Anna <anna@home.example>\n{copies}"
                f"Subject: {encode_word(subject)}\nDate: {email.utils.formatdate(when - rand.randint(0, 90), usegmt=False)}\n"
                f"Message-ID: <{message_id}>\n{references}MIME-Version: 1.0\nUser-Agent: Generator 1.0\n{body}")
        return text.encode(), when


def text_part(text, rand, subtype="plain"):
    """As mail programs encode it: not at all, or as one of the two ways."""
    head = f"Content-Type: text/{subtype}; charset=utf-8\nContent-Transfer-Encoding: "
    if text.isascii() and rand.random() < 0.8:
        return head + "7bit\n\n" + text
    if text.isascii() or rand.random() < 0.6:
        return head + "quoted-printable\n\n" + quopri.encodestring(text.encode()).decode()
    if rand.random() < 0.5:
        return head + "8bit\n\n" + text
    return head + "base64\n\n" + base64.encodebytes(text.encode()).decode()


def fill(folder, count, seed=1):
    """Writes them as a mail reader leaves them: in cur/, four of five read."""
    folder = pathlib.Path(folder)
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    generator = Generator(seed)
    for number in range(count):
        data, when = generator.message(number)
        path = folder / "cur" / f"{when}.M{number}P1.bench,S={len(data)}:2,{'' if number % 5 == 4 else 'S'}"
        with open(path, "wb") as file:
            file.write(data)
        os.utime(path, (when, when))


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    fill(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1)
