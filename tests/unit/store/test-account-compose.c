/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-composer.h>

#include "store/intimail-account-blob-private.h"
#include "store-support.h"

static IntimailComposer *
make_composer (void)
{
  IntimailComposer *composer = intimail_composer_new ();
  g_autoptr (IntimailAddress) anna = intimail_address_parse ("anna@home.example", NULL);
  g_autoptr (GPtrArray) ben = intimail_address_parse_list ("ben@home.example", NULL);

  intimail_composer_set_from (composer, anna);
  intimail_composer_set_addresses (composer, "Bcc", ben);
  intimail_composer_set_text (composer, "Hello.\n");
  g_assert_true (intimail_composer_set_field (composer, "Subject", "Draft", NULL));
  return composer;
}

static void
assert_nothing (Fixture *fixture)
{
  g_auto (GStrv) temporary = list_files (fixture, "tmp");
  g_auto (GStrv) new = list_files (fixture, "new");

  g_assert_cmpuint (g_strv_length (temporary), ==, 0);
  g_assert_cmpuint (g_strv_length (new), ==, 0);
  g_assert_cmpuint (count_messages (fixture->account), ==, 0);
}

static void
test_draft (Fixture *fixture, gconstpointer data)
{
  static const char *const keywords[] = { "$draft", "$seen", NULL };
  g_autoptr (IntimailComposer) composer = make_composer ();
  g_autofree char *path = g_build_filename (fixture->folder, "file.bin", NULL);
  g_autofree char *content = g_strnfill (1000000, 'x');
  g_autofree char *drafts = get_role_id (fixture->account, INTIMAIL_MAILBOX_ROLE_DRAFTS);
  g_autofree char *id = NULL;
  g_autoptr (IntimailEnvelope) envelope = NULL;
  g_autoptr (IntimailMessage) message = NULL;
  g_autoptr (GBytes) back = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, content, -1, NULL));
  g_assert_true (intimail_composer_add_attachment_file (composer, path, NULL, NULL, &error));
  id = intimail_account_deliver_composer (fixture->account, composer, "mail.home.example", drafts, keywords, NULL, &error);
  g_assert_no_error (error);
  envelope = intimail_account_get_envelope (fixture->account, id, NULL);
  g_assert_cmpstr (intimail_envelope_get_subject (envelope), ==, "Draft");
  message = intimail_account_open_message (fixture->account, id, NULL);
  g_assert_cmpuint (intimail_message_get_bcc (message)->len, ==, 1);
  back = intimail_part_get_content (g_ptr_array_index (intimail_message_get_attachments (message), 0), NULL);
  g_assert_cmpmem (g_bytes_get_data (back, NULL), g_bytes_get_size (back), content, 1000000);
  assert_consistent (fixture->account);
}

/* The stream ends in the middle of the attachment with an error. */
static void
test_broken_stream (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailComposer) composer = make_composer ();
  g_autofree char *content = g_strnfill (1000000, 'x');
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GInputStream) base = NULL;
  g_autoptr (GConverter) converter = G_CONVERTER (g_charset_converter_new ("utf-8", "utf-8", NULL));
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;

  content[700000] = '\377';
  bytes = g_bytes_new_static (content, 1000000);
  base = g_memory_input_stream_new_from_bytes (bytes);
  stream = g_converter_input_stream_new (base, converter);
  g_assert_true (intimail_composer_add_attachment_stream (composer, stream, "x", NULL, NULL));
  g_assert_null (intimail_account_deliver_composer (fixture->account, composer, "mail.home.example", NULL, NULL, NULL, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED);
  assert_nothing (fixture);
}

static void
take_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
test_async (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailComposer) composer = make_composer ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) cancelled = NULL;
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  intimail_account_deliver_composer_async (fixture->account, composer, "mail.home.example", NULL, NULL, cancellable, take_result, &cancelled);
  while (cancelled == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (intimail_account_deliver_composer_finish (fixture->account, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_nothing (fixture);

  g_clear_error (&error);
  intimail_account_deliver_composer_async (fixture->account, composer, "mail.home.example", NULL, NULL, NULL, take_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  id = intimail_account_deliver_composer_finish (fixture->account, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_messages (fixture->account), ==, 1);
}

/* What becomes a part of another message. */
static void
test_blobs (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("caf\303\251", 5);
  g_autoptr (IntimailUpload) upload = intimail_account_begin_upload (fixture->account, 0, NULL);
  g_autofree char *id = deliver_to (fixture->account, NULL, "x", "x@x", NULL, 0);
  g_autofree char *upload_id = NULL;
  g_autofree char *raw_id = g_strconcat ("r", id, NULL);
  g_autofree char *part_id = g_strconcat ("p", id, "_1", NULL);
  const char *const nothing[] = { "", "x", "p", "umissing", "u../../x", "rmissing", "uaaaaaaaaaaaaaaaaaaaaaaaaaaa" };

  g_assert_true (intimail_upload_write (upload, bytes, NULL));
  upload_id = intimail_upload_finish (upload, NULL);
  {
    const char *const ids[] = { upload_id, raw_id, part_id };

    for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
      {
        g_autoptr (GError) error = NULL;
        g_autoptr (GBytes) loaded = intimail_account_load_blob (fixture->account, ids[i], &error);
        g_autoptr (IntimailContent) content = NULL;
        IntimailContentTraits traits;

        g_assert_no_error (error);
        content = intimail_account_open_blob (fixture->account, ids[i], &error);
        g_assert_no_error (error);
        g_assert_true (intimail_content_scan (content, &traits, NULL, NULL));
        g_assert_cmpuint (traits.size, ==, g_bytes_get_size (loaded));
        g_assert_cmpint (intimail_content_get_size (content), ==, (gint64) g_bytes_get_size (loaded));
      }
  }
  for (gsize i = 0; i < G_N_ELEMENTS (nothing); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (intimail_account_open_blob (fixture->account, nothing[i], &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/account-compose/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("draft", test_draft);
  ADD ("broken-stream", test_broken_stream);
  ADD ("async", test_async);
  ADD ("blobs", test_blobs);

  return g_test_run ();
}
