# SPDX-License-Identifier: LGPL-2.1-or-later
"""Sugar for Python: nothing here that C, Vala or JavaScript would miss.

Where the library takes a GLib.Bytes, Python may give bytes.
"""
from gi.overrides import override
from gi.repository import GLib

from ..module import get_introspection_module

Intimail = get_introspection_module("Intimail")
__all__ = []


def _bytes(value):
    if isinstance(value, (bytes, bytearray, memoryview)):
        return GLib.Bytes.new(bytes(value))
    return value


class Message(Intimail.Message):
    @classmethod
    def new_from_bytes(cls, message):
        """Takes bytes as well as a GLib.Bytes."""
        return Intimail.Message.new_from_bytes(_bytes(message))


Message = override(Message)
__all__.append("Message")


class Composer(Intimail.Composer):
    def add_attachment(self, content, name=None, content_type=None):
        """Takes bytes as well as a GLib.Bytes."""
        return super().add_attachment(_bytes(content), name, content_type)

    def add_inline(self, content, name, content_type, content_id):
        """Takes bytes as well as a GLib.Bytes."""
        return super().add_inline(_bytes(content), name, content_type, content_id)


Composer = override(Composer)
__all__.append("Composer")


class Account(Intimail.Account):
    def deliver(self, message, mailbox_id=None, keywords=None, received=0, cancellable=None):
        """Takes bytes as well as a GLib.Bytes."""
        return super().deliver(_bytes(message), mailbox_id, keywords, received, cancellable)


Account = override(Account)
__all__.append("Account")


class Upload(Intimail.Upload):
    def write(self, data):
        """Takes bytes as well as a GLib.Bytes."""
        return super().write(_bytes(data))


Upload = override(Upload)
__all__.append("Upload")


class Delivery(Intimail.Delivery):
    def write(self, data, cancellable=None):
        """Takes bytes as well as a GLib.Bytes."""
        return super().write(_bytes(data), cancellable)


Delivery = override(Delivery)
__all__.append("Delivery")


class RuleSet(Intimail.RuleSet):
    def test(self, site, person, message, cancellable=None):
        """Takes bytes as well as a GLib.Bytes."""
        return super().test(site, person, _bytes(message), cancellable)


RuleSet = override(RuleSet)
__all__.append("RuleSet")


class Outbox(Intimail.Outbox):
    def check(self, sender, message):
        """Takes bytes as well as a GLib.Bytes."""
        return super().check(sender, _bytes(message))

    def send(self, sender, recipients, message, cancellable=None):
        """Takes bytes as well as a GLib.Bytes."""
        return super().send(sender, recipients, _bytes(message), cancellable)


Outbox = override(Outbox)
__all__.append("Outbox")


class Transport(Intimail.Transport):
    def send(self, sender, recipients, message, cancellable=None):
        """Takes bytes as well as a GLib.Bytes."""
        return super().send(sender, recipients, _bytes(message), cancellable)

    def send_each(self, sender, recipients, message, flags=Intimail.SendFlags.NONE, cancellable=None):
        """Takes bytes as well as a GLib.Bytes."""
        return super().send_each(sender, recipients, _bytes(message), flags, cancellable)


Transport = override(Transport)
__all__.append("Transport")


class Jmap(Intimail.Jmap):
    def handle(self, request):
        """Takes bytes as well as a GLib.Bytes."""
        return super().handle(_bytes(request))


Jmap = override(Jmap)
__all__.append("Jmap")


class LmtpSession(Intimail.LmtpSession):
    def feed(self, data):
        """Takes bytes as well as a GLib.Bytes."""
        super().feed(_bytes(data))


LmtpSession = override(LmtpSession)
__all__.append("LmtpSession")


class PolicySession(Intimail.PolicySession):
    def feed(self, data):
        """Takes bytes as well as a GLib.Bytes."""
        super().feed(_bytes(data))


PolicySession = override(PolicySession)
__all__.append("PolicySession")
