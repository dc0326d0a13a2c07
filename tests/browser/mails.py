# SPDX-License-Identifier: LGPL-2.1-or-later
"""The mails that the stories of the page begin with; all are of our own writing."""
import email.policy
import struct
import time
import zlib
from email.message import EmailMessage
from email.utils import format_datetime
from datetime import datetime, timedelta, timezone

ANNA = "Anna Weber <anna@home.example>"
PAUL = "Paul Durand <paul@home.example>"
HELENE = "Hélène Martin <helene@example.org>"


def picture(width=240, height=120):
    """A small PNG: a lake at sunset, for who looks kindly."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    def colour(x, y):
        sky = y < height * 0.55
        return (250 - y, 190 - y, 110 + y) if sky else (40 + y // 3, 90 + y // 2, 150 + (x * 7 + y * 3) % 25)

    rows = b"".join(b"\0" + b"".join(bytes(colour(x, y)) for x in range(width)) for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def make(subject, text, sender=HELENE, to=ANNA, minutes=60, html=None, pictures=(), files=(), **fields):
    """A mail that was written some minutes ago."""
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(datetime.now(timezone.utc) - timedelta(minutes=minutes))
    message["Message-ID"] = fields.pop("id", f"<{abs(hash(subject))}.{time.time_ns()}@example.org>")
    for name, value in fields.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    if html is not None:
        message.add_alternative(html, subtype="html")
        for cid, data in pictures:
            message.get_payload()[1].add_related(data, "image", "png", cid=f"<{cid}>", filename=f"{cid}.png")
    for name, kind, data in files:
        main, sub = kind.split("/")
        message.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


def make_plain(number):
    """One of very many."""
    return (f"From: Person {number % 97} <person{number % 97}@example.org>\nTo: {ANNA}\nSubject: Message number {number}\n"
            f"Message-ID: <{number}@many.example>\nDate: Sun, 13 Sep 2020 12:26:40 +0000\n\nText of message {number}.\n").encode()


LAKE = """\
<html><head><style>h1 { color: #1a5fb4 }</style></head>
<body style="background: #f6f5f4"><h1>The lake</h1>
<p>Dear Anna, <b>the boat is back in the water</b>, and the evening was like this:</p>
<img src="cid:lake" width="240" height="120" alt="The lake at sunset">
<p>Come and see: <a href="https://lake.example/way">the way</a>.</p></body></html>
"""

MARKET = """\
<div style="font-family: Georgia; background: #eef6ee; padding: 24px">
<h1 style="color: #26734d">Market on Saturday</h1>
<img src="https://pictures.example/market.png" width="300" height="80" alt="The market">
<p>Bread, cheese and the first strawberries, from nine to noon.</p></div>
"""

TART = """\
Dear Anna,

here is the recipe that you asked for. It is Grandmother's, so please do not
lose it: 250 g of flour, 125 g of butter, six apples, a little cinnamon.
There is a film of it, too: https://kitchen.example/tart (nine minutes).

The children ask when we come to the lake again. Would Sunday suit you?

Love
Hélène

On Friday, Anna wrote:
> Dear Hélène,
>
> that was the best tart of the year. May I have the recipe?
> And the small blue jacket under the bench, is it Leo's?
>
> Anna
"""


def for_anna():
    """Oldest first."""
    return [
        make("会議のお知らせ", "来週の会議は火曜日です。\n", sender="田中ゆき <yuki@example.jp>", minutes=9000),
        make("Market on Saturday", "Bread, cheese, strawberries.\n", sender="The market <market@example.org>", minutes=3100, html=MARKET),
        make("Invoice for October", "Dear Mrs Weber,\n\nthe invoice is attached.\n", sender="Berg & Sons <office@berg.example>",
             minutes=1500, files=[("Invoice October.pdf", "application/pdf", b"%PDF-1.4\n" + bytes(180_000))]),
        make("Choir practice", "Dear all,\n\non Thursday we start at eight.\n\nTom\n", sender="Tom Novák <tom@example.org>", minutes=400),
        make("Apple tart", TART, minutes=120, Cc=PAUL),
        make("Photos of the lake", "the boat is back in the water\n", sender=PAUL, minutes=30, html=LAKE, pictures=[("lake", picture())],
             files=[("list of plants.txt", "text/plain", b"thyme\nsage\n"), ("evening.png", "image/png", picture(400, 260))]),
    ]


def for_paul():
    return [make("Welcome", "Dear Paul,\n\nthis is your mail.\n", sender=ANNA, to=PAUL)]
