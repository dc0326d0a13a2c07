# SPDX-License-Identifier: LGPL-2.1-or-later
"""An answer to FETCH, as imaplib gives it, made into lists and bytes (RFC 3501, RFC 3516)."""
import re

TOKEN = re.compile(rb'\s*(?:(\()|(\))|"((?:[^"\\]|\\.)*)"|~?\{(\d+)\}|((?:[^\s()"\[]|\[[^\]]*\])+))')


def _chunks(answer):
    """Pieces of text, each perhaps with the literal that follows it."""
    for piece in answer:
        if isinstance(piece, tuple):
            yield piece
        elif piece is not None:
            yield piece, None


def parse_answer(answer):
    """{item: value}; a value is bytes, None or a list of values."""
    stack = [[]]
    for text, literal in _chunks(answer):
        place = 0
        while place < len(text.rstrip()):
            found = TOKEN.match(text, place)
            assert found, text[place : place + 80]
            place = found.end()
            opened, closed, quoted, size, atom = found.groups()
            if opened:
                stack.append([])
            elif closed:
                done = stack.pop()
                stack[-1].append(done)
            elif quoted is not None:
                stack[-1].append(re.sub(rb"\\(.)", rb"\1", quoted))
            elif size is not None:
                assert literal is not None and len(literal) == int(size)
                stack[-1].append(literal)
            else:
                stack[-1].append(None if atom.upper() == b"NIL" else atom)
    items = next(value for value in stack[0] if isinstance(value, list))
    return {items[i].decode().upper(): items[i + 1] for i in range(0, len(items) - 1, 2)}
