# SPDX-License-Identifier: LGPL-2.1-or-later
"""Messages that the composer writes, and what each of them is meant to say."""
import dataclasses

import gi

gi.require_version("Intimail", "1")
from gi.repository import Gio, GLib, Intimail  # noqa: E402

HOST = "mail.home.example"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40

NAMES = [
    "plain.txt", "with space.pdf", "déjà vu.pdf", "Ελληνικά.doc", "Русский язык.odt", "עברית.txt", "العربية.txt", "हिन्दी.txt",
    "ไทย.txt", "日本語.png", "한국어.hwp", "中文文件.zip", "tiếng Việt.txt", "🎉👩‍👩‍👧.gif", "with \"quotes\" and \\ back.txt",
    "semi;colon=comma,.txt", "100%.txt", "it's.txt", "x" * 250, "long " * 40 + "é", "長" * 80, "=?utf-8?q?no?=.txt", "e\u0301.txt",
]
SUBJECTS = {
    "empty": "",
    "ascii": "Lunch on Friday",
    "accents": "Déjeuner à Zürich, œuf & Smørrebrød",
    "all-scripts": "Ελληνικά Русский עברית العربية हिन्दी ไทย 日本語 한국어 中文",
    "emoji": "🎉 for 👩‍👩‍👧 and 🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "looks-encoded": "=?utf-8?q?not_a_word?= and ?=",
    "long-ascii": " ".join(f"word{i}" for i in range(1500))[:10000].strip(),
    "long-word": "x" * 10000,
    "long-mixed": ("日本 and plain é " * 800)[:10000].strip(),
}
PEOPLE = {
    "bare": (None, "bare@home.example"),
    "quoted": ("Smith, Ben \"B\" (home)", "ben@home.example"),
    "accents": ("Zoë O'Hara", "zoe@home.example"),
    "kanji": ("山田 太郎", "taro@home.example"),
    "emoji": ("Ann 🎉", "ann@home.example"),
    "hebrew": ("דנה", "dana@home.example"),
    "long": ("A" * 60, "long@home.example"),
    "local-part": ("Odd", '"a b"@home.example'),
    "plus": ("Plus", "a+b=c@home.example"),
}


@dataclasses.dataclass
class Case:
    name: str
    composer: Intimail.Composer
    subject: str = ""
    to: list = dataclasses.field(default_factory=list)
    cc: list = dataclasses.field(default_factory=list)
    text: str = ""
    html: str | None = None
    files: list = dataclasses.field(default_factory=list)  # of (name, type, bytes)
    pictures: list = dataclasses.field(default_factory=list)  # of (content id, type, bytes)
    in_reply_to: str = ""


def begin(name, subject="x", text="Hello.\n", html=None, **meant):
    composer = Intimail.Composer.new()
    composer.set_from(Intimail.Address.new("Ann, Admin", "ann", "home.example"))
    composer.set_field("Subject", subject)
    if text is not None:
        composer.set_text(text)
    if html is not None:
        composer.set_html(html)
    return Case(name, composer, subject=subject, text=text, html=html, **meant)


def address(name, email):
    return Intimail.Address.parse(f"<{email}>") if name is None else Intimail.Address.new(name, *split(email))


def split(email):
    local, domain = email.rsplit("@", 1)
    return (local[1:-1] if local.startswith('"') else local), domain


def texts():
    for name, text in {
        "text": "Hello,\n\nall is well.\n",
        "empty-body": "",
        "mbox": "From here\n>From there\n.\n..\n",
        "spaces": "trailing space \n\ttab\t\n  \n",
        "latin": "café à Zürich, œuvre\n" * 40,
        "all-scripts": "Ελληνικά Русский עברית العربية हिन्दी ไทย 日本語 한국어 中文 🎉\n",
        "long-line": "x" * 5000 + "\n",
        "long-paragraph": "word " * 300 + "\n",
        "equals": "= equals =3D =\n",
        "boundary": "--=_x\n--\n--x--\n",
    }.items():
        yield begin("text-" + name, text=text)


def html():
    yield begin("html", html="<p>Hello <b>Zoë</b></p>\n")
    case = begin("html-alone", text=None, html="<p>Hello &amp; <a href=\"https://x.example/\">you</a></p><ul><li>é</ul>\n")
    case.text = "Hello & you <https://x.example/>\n\n- é\n"
    yield case
    case = begin("pictures", html="<img src='cid:a@x'><img src='cid:b@x'>\n")
    for content_id in ("a@x", "b@x"):
        case.composer.add_inline(GLib.Bytes.new(PICTURE), f"{content_id}.png", "image/png", content_id)
        case.pictures.append((content_id, "image/png", PICTURE))
    case.composer.add_attachment(GLib.Bytes.new(b"%PDF"), "plan.pdf", "application/pdf")
    case.files.append(("plan.pdf", "application/pdf", b"%PDF"))
    yield case


def files(folder):
    case = begin("names")
    for i, name in enumerate(NAMES):
        content = bytes([i]) * i
        case.composer.add_attachment(GLib.Bytes.new(content), name, "application/x-thing")
        case.files.append((name, "application/x-thing", content))
    yield case

    case = begin("many")
    for i in range(300):
        case.composer.add_attachment(GLib.Bytes.new(b"%d" % i), f"{i}.bin", "application/octet-stream")
        case.files.append((f"{i}.bin", "application/octet-stream", b"%d" % i))
    yield case

    case = begin("from-elsewhere")
    content = bytes(range(256)) * 20000
    path = folder / "été.bin"
    path.write_bytes(content)
    case.composer.add_attachment_file(str(path), None, None)
    case.composer.add_attachment_stream(Gio.MemoryInputStream.new_from_data(content[1:]), "stream.bin", "application/x-thing")
    case.files += [("été.bin", "application/octet-stream", content), ("stream.bin", "application/x-thing", content[1:])]
    yield case

    case = begin("text-files")
    for name, content in {"dos.txt": "a\r\nb\r\n", "latin.txt": "é" * 10 + "a" * 90 + "\n", "no-end.txt": "x",
                          "long.txt": "y" * 3000 + "\n"}.items():
        case.composer.add_attachment(GLib.Bytes.new(content.encode()), name, "text/plain")
        case.files.append((name, "text/plain", content.encode()))
    yield case


def people():
    for name, subject in SUBJECTS.items():
        yield begin("subject-" + name, subject=subject)
    case = begin("people", to=list(PEOPLE.values()), cc=[PEOPLE["kanji"]])
    case.composer.set_addresses("To", [address(*person) for person in case.to])
    case.composer.set_addresses("Cc", [address(*person) for person in case.cc])
    yield case
    case = begin("many-people", to=[(f"Person é {i}", f"p{i}@home.example") for i in range(200)])
    case.composer.set_addresses("To", [address(*person) for person in case.to])
    yield case
    case = begin("groups", to=[PEOPLE["bare"], PEOPLE["accents"], PEOPLE["kanji"]])
    case.composer.set_addresses("To", [address(*PEOPLE["bare"])])
    case.composer.add_group("To", "Die Kühns", [address(*PEOPLE["accents"]), address(*PEOPLE["kanji"])])
    case.composer.add_group("Cc", "undisclosed-recipients", [])
    yield case


def answers():
    old = ("From: Zoë <zoe@home.example>\nTo: ann@home.example\nMessage-ID: <1@x>\nSubject: AW: Café\nDate: Wed, 09 Dec 2015 15:48:23 +0100\n"
           "Content-Type: text/plain; charset=utf-8\n\nÇa va?\n").encode()
    parent = Intimail.Message.new_from_bytes(GLib.Bytes.new(old))
    case = begin("reply", text="Oui.\n", to=[("Zoë", "zoe@home.example")], in_reply_to="<1@x>")
    case.composer.reply(parent, Intimail.ReplyScope.ALL, [Intimail.Address.parse("ann@home.example")], "fr")
    case.subject = "Re: Café"
    case.text = "Oui.\n\nLe mercredi 9 décembre 2015 à 15:48, Zoë <zoe@home.example> a écrit :\n> Ça va?\n"
    yield case
    case = begin("forward")
    case.composer.forward(parent, Intimail.ForwardKind.INLINE, None)
    case.subject = "Fwd: AW: Café"
    case.text += ("\n---------- Forwarded message ----------\nFrom: Zoë <zoe@home.example>\nDate: Wednesday, 9 December 2015 at 15:48\n"
                  "Subject: AW: Café\nTo: ann@home.example\n\nÇa va?\n")
    yield case
    case = begin("forward-attached")
    case.composer.forward(parent, Intimail.ForwardKind.ATTACHED, None)
    case.subject = "Fwd: AW: Café"
    case.files.append(("AW  Café.eml", "message/rfc822", old))
    yield case


def flowed():
    case = begin("flowed", text="word " * 60 + "end\n\n From here\n> " + "quoted " * 40 + "end\n-- \nAnn\n")
    case.composer.set_flowed(True)
    yield case


def all_cases(folder):
    for maker in (texts, html, people, answers, flowed):
        yield from maker()
    yield from files(folder)
