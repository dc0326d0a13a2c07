# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests of the Python binding share."""
import contextlib
import os
import pathlib
import tempfile
import unittest

import gi

gi.require_version("Intimail", "1")
from gi.repository import GLib, Intimail  # noqa: E402


def corpora(folder):
    """A folder of the public test mails; says so, and gives None, without them."""
    root = os.environ.get("INTIMAIL_CORPORA", "")
    if not root:
        print(f"INTIMAIL_CORPORA is not set: {folder} is not read")
        return None
    return pathlib.Path(root) / folder


class TestCase(unittest.TestCase):
    @contextlib.contextmanager
    def assert_fails(self, code):
        """The block raises a GLib.Error of the library's domain with that code."""
        with self.assertRaises(GLib.Error) as caught:
            yield
        error = caught.exception
        self.assertEqual(error.domain, "intimail_error")
        self.assertTrue(error.matches(Intimail.error_quark(), code), error)

    def wait(self, begin, finish, *arguments):
        """Calls a function with _async and its _finish, and gives what that gives."""
        loop, results = GLib.MainLoop(), []

        def done(source, result):
            results.append(result)
            loop.quit()

        begin(*arguments, None, done)
        timeout = GLib.timeout_add_seconds(30, loop.quit)
        loop.run()
        GLib.source_remove(timeout)
        return finish(results[0])

    def make_folder(self):
        """A new folder below the build folder, removed at the end."""
        folder = tempfile.TemporaryDirectory(dir=os.environ.get("INTIMAIL_BUILD_ROOT"))
        self.addCleanup(folder.cleanup)
        return pathlib.Path(folder.name)
