# SPDX-License-Identifier: LGPL-2.1-or-later
"""Sugar for Python: nothing here that C, Vala or JavaScript would miss.

Where the library takes a GLib.Bytes, Python may give bytes.
"""
import functools

from gi.overrides import override
from gi.repository import GLib

from ..module import get_introspection_module

Intimail = get_introspection_module("Intimail")
__all__ = []


def _bytes(value):
    if isinstance(value, (bytes, bytearray, memoryview)):
        return GLib.Bytes.new(bytes(value))
    return value


def _takes_bytes(function):
    @functools.wraps(function)
    def call(*arguments, **named):
        return function(*map(_bytes, arguments), **{name: _bytes(value) for name, value in named.items()})

    return call


def _methods_take_bytes(owner, *names):
    for name in names:
        setattr(owner, name, _takes_bytes(getattr(owner, name)))


def _functions_take_bytes(owner, *names):
    for name in names:
        setattr(owner, name, staticmethod(_takes_bytes(getattr(owner, name))))


_methods_take_bytes(Intimail.Account, "deliver", "deliver_async")
_methods_take_bytes(Intimail.Composer, "add_attachment", "add_inline")
_methods_take_bytes(Intimail.Delivery, "write")
_methods_take_bytes(Intimail.Jmap, "handle")
_methods_take_bytes(Intimail.LmtpSession, "feed")
_methods_take_bytes(Intimail.MboxWriter, "append")
_methods_take_bytes(Intimail.Outbox, "check", "send", "send_async")
_methods_take_bytes(Intimail.PolicySession, "feed")
_methods_take_bytes(Intimail.RuleSet, "test", "test_async")
_methods_take_bytes(Intimail.SocketmapSession, "feed")
_methods_take_bytes(Intimail.Transport, "send", "send_each", "send_each_async")
_methods_take_bytes(Intimail.Upload, "write")
_functions_take_bytes(Intimail.GuardEvent, "new_from_report")
_functions_take_bytes(Intimail.MboxReader, "new", "detect_format", "is_mbox")
_functions_take_bytes(Intimail.Message, "new_from_bytes")


# The library cannot say what of a call may be left out.


class Account(Intimail.Account):
    def deliver(self, message, mailbox_id=None, keywords=None, received=0, cancellable=None):
        """Stores a message; see the library's documentation."""
        return super().deliver(message, mailbox_id, keywords, received, cancellable)


Account = override(Account)
__all__.append("Account")


class Composer(Intimail.Composer):
    def add_attachment(self, content, name=None, content_type=None):
        """Attaches a file; see the library's documentation."""
        return super().add_attachment(content, name, content_type)


Composer = override(Composer)
__all__.append("Composer")


class Transport(Intimail.Transport):
    def send_each(self, sender, recipients, message, flags=Intimail.SendFlags.NONE, cancellable=None):
        """Sends a message; see the library's documentation."""
        return super().send_each(sender, recipients, message, flags, cancellable)


Transport = override(Transport)
__all__.append("Transport")
