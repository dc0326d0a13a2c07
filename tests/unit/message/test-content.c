/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include <intimail/intimail-error.h>
#include <intimail/intimail-message.h>

#include "message/intimail-content-private.h"
#include "test-support.h"

static gboolean
append (const char *data, gsize length, gpointer user_data, GError **error)
{
  g_string_append_len (user_data, data, (gssize) length);
  return TRUE;
}

static char *
read_all (IntimailContent *content)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (intimail_content_read (content, append, text, NULL, &error));
  g_assert_no_error (error);
  return g_string_free (text, FALSE);
}

static void
assert_reads (IntimailContent *content, const char *wanted)
{
  for (int i = 0; i < 2; i++)
    {
      g_autofree char *text = read_all (content);

      g_assert_cmpstr (text, ==, wanted);
    }
  g_assert_true (intimail_content_is_repeatable (content));
}

static void
test_sources (void)
{
  g_autofree char *folder = test_support_make_folder ("content");
  g_autofree char *path = g_build_filename (folder, "file", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("hello", 5);
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (GBytes) mail = g_bytes_new_static ("Content-Transfer-Encoding: base64\n\naGVsbG8=\n", 44);
  g_autoptr (IntimailMessage) message = intimail_message_new_from_bytes (mail, NULL);
  g_autoptr (IntimailContent) from_bytes = intimail_content_new_bytes (bytes);
  g_autoptr (IntimailContent) from_part = intimail_content_new_part (intimail_message_get_root (message));
  g_autoptr (IntimailContent) from_file = NULL;
  g_autoptr (IntimailContent) from_stream = NULL;

  g_assert_true (g_file_set_contents (path, "hello", 5, NULL));
  from_file = intimail_content_new_file (path, TRUE, NULL);
  g_assert_cmpint (g_input_stream_skip (stream, 2, NULL, NULL), ==, 2);
  from_stream = intimail_content_new_stream (stream);
  assert_reads (from_bytes, "hello");
  assert_reads (from_part, "hello");
  assert_reads (from_file, "hello");
  assert_reads (from_stream, "llo");
  g_assert_cmpint (intimail_content_get_size (from_bytes), ==, 5);
  g_assert_cmpint (intimail_content_get_size (from_part), ==, 5);
  g_assert_cmpint (intimail_content_get_size (from_file), ==, 5);
  g_assert_cmpint (intimail_content_get_size (from_stream), ==, -1);
  test_support_remove_folder (folder);
}

static void
assert_fails (IntimailContent *content, GQuark domain, int code)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (intimail_content_read (content, append, text, NULL, &error));
  g_assert_error (error, domain, code);
}

static void
test_files_that_are_none (void)
{
  g_autofree char *folder = test_support_make_folder ("content");
  g_autofree char *path = g_build_filename (folder, "file", NULL);
  g_autofree char *link = g_build_filename (folder, "link", NULL);
  g_autofree char *pipe = g_build_filename (folder, "pipe", NULL);
  g_autoptr (IntimailContent) content = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (intimail_content_new_file (path, TRUE, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_null (intimail_content_new_file (folder, TRUE, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  g_assert_null (intimail_content_new_file (pipe, TRUE, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);

  g_clear_error (&error);

  g_assert_true (g_file_set_contents (path, "x", 1, NULL));
  g_assert_cmpint (symlink (path, link), ==, 0);
  g_assert_null (intimail_content_new_file (link, FALSE, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED);
  content = intimail_content_new_file (link, TRUE, NULL);
  assert_reads (content, "x");
  g_clear_pointer (&content, intimail_content_unref);
  content = intimail_content_new_file (path, TRUE, NULL);
  g_assert_cmpint (g_unlink (path), ==, 0);
  assert_fails (content, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED);
  test_support_remove_folder (folder);
}

static void
test_stream_that_cannot_seek (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("hello", 5);
  g_autoptr (GInputStream) base = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (GConverter) converter = G_CONVERTER (g_charset_converter_new ("utf-8", "utf-8", NULL));
  g_autoptr (GInputStream) stream = g_converter_input_stream_new (base, converter);
  g_autoptr (IntimailContent) content = intimail_content_new_stream (stream);
  g_autofree char *text = read_all (content);

  g_assert_cmpstr (text, ==, "hello");
  g_assert_false (intimail_content_is_repeatable (content));
  assert_fails (content, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED);
}

static void
test_cancel (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("hello", 5);
  g_autoptr (IntimailContent) content = intimail_content_new_bytes (bytes);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (intimail_content_read (content, append, text, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (text->len, ==, 0);
}

static const struct
{
  const char *text;
  gsize longest;
  guint64 n_high;
  guint64 n_return;
  gboolean utf8;
} traits[] = {
  { "", 0, 0, 0, TRUE },
  { "a\nbcd\ne", 3, 0, 0, TRUE },
  { "caf\303\251\r\n", 6, 2, 1, TRUE },
  { "\360\237\230\200\346\227\245", 7, 7, 0, TRUE },
  { "\360\237\230", 3, 3, 0, FALSE },
  { "a\351b", 3, 1, 0, FALSE },
  { "\346\227x", 3, 2, 0, FALSE },
  { "\377", 1, 1, 0, FALSE },
};

/* A stream that gives a byte at a time. */
typedef struct
{
  GFilterInputStream parent_instance;
} SlowStream;

typedef struct
{
  GFilterInputStreamClass parent_class;
} SlowStreamClass;

static GType slow_stream_get_type (void);

G_DEFINE_TYPE (SlowStream, slow_stream, G_TYPE_FILTER_INPUT_STREAM)

static gssize
slow_stream_read (GInputStream *stream, void *data, gsize length, GCancellable *cancellable, GError **error)
{
  return g_input_stream_read (G_FILTER_INPUT_STREAM (stream)->base_stream, data, MIN (length, 1), cancellable, error);
}

static void
slow_stream_class_init (SlowStreamClass *klass)
{
  G_INPUT_STREAM_CLASS (klass)->read_fn = slow_stream_read;
}

static void
slow_stream_init (SlowStream *self)
{
}

static GInputStream *
make_slow_stream (GBytes *bytes)
{
  g_autoptr (GInputStream) base = g_memory_input_stream_new_from_bytes (bytes);

  return g_object_new (slow_stream_get_type (), "base-stream", base, NULL);
}

static void
test_scan (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (traits); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (traits[i].text, strlen (traits[i].text));
      g_autoptr (GInputStream) stream = make_slow_stream (bytes);
      IntimailContent *contents[] = { intimail_content_new_bytes (bytes), intimail_content_new_stream (stream) };

      for (gsize j = 0; j < G_N_ELEMENTS (contents); j++)
        {
          IntimailContentTraits found;

          g_assert_true (intimail_content_scan (contents[j], &found, NULL, NULL));
          g_assert_cmpuint (found.size, ==, strlen (traits[i].text));
          g_assert_cmpuint (found.longest, ==, traits[i].longest);
          g_assert_cmpuint (found.n_high, ==, traits[i].n_high);
          g_assert_cmpuint (found.n_return, ==, traits[i].n_return);
          g_assert_cmpint (found.utf8, ==, traits[i].utf8);
          intimail_content_unref (contents[j]);
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/content/sources", test_sources);
  g_test_add_func ("/content/files-that-are-none", test_files_that_are_none);
  g_test_add_func ("/content/stream-that-cannot-seek", test_stream_that_cannot_seek);
  g_test_add_func ("/content/cancel", test_cancel);
  g_test_add_func ("/content/scan", test_scan);

  return g_test_run ();
}
