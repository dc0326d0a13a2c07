/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <stdlib.h>
#include <string.h>

#include <intimail/intimail.h>

#include "json/intimail-json-private.h"
#include "test-support.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* What inputs make piles up: begin anew now and then. */
#define N_INPUTS_FOR_ONE_SITE 1000

static char *folder;
static IntimailJmap *jmap;
static char *inbox_id;
static char *email_id;

static guint n_inputs;

static void
clean_up (void)
{
  g_clear_object (&jmap);
  test_support_remove_folder (folder);
  g_clear_pointer (&folder, g_free);
  g_clear_pointer (&inbox_id, g_free);
  g_clear_pointer (&email_id, g_free);
}

/* A person with one mail, for all inputs. */
static void
set_up (void)
{
  static const char message[] = "From: Bob <bob@example.org>\nTo: alice@home.example\nSubject: Hello\n"
                                "Message-ID: <1@example.org>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
                                "--b\n\nHello\n--b\nContent-Type: text/html\n\n<p>Hello</p>\n--b--\n";
  g_autoptr (IntimailPerson) person = intimail_person_new ("alice", "alice@home.example");
  g_autoptr (IntimailPerson) known = NULL;
  g_autoptr (IntimailSite) site = NULL;
  g_autoptr (IntimailMailbox) inbox = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static (message, strlen (message));
  g_autoptr (GError) error = NULL;

  folder = test_support_make_folder ("fuzz-jmap");
  site = intimail_site_create (folder, "home.example", &error);
  g_assert_no_error (error);
  intimail_directory_add_person (intimail_site_get_directory (site), person, NULL, NULL, &error);
  g_assert_no_error (error);
  known = intimail_directory_lookup_person (intimail_site_get_directory (site), "alice", NULL, &error);
  g_assert_no_error (error);
  jmap = intimail_jmap_new (site, known, &error);
  g_assert_no_error (error);
  inbox = intimail_account_lookup_mailbox_by_role (intimail_jmap_get_account (jmap), INTIMAIL_MAILBOX_ROLE_INBOX, &error);
  g_assert_no_error (error);
  inbox_id = g_strdup (intimail_mailbox_get_id (inbox));
  email_id = intimail_account_deliver (intimail_jmap_get_account (jmap), bytes, NULL, NULL, 0, NULL, &error);
  g_assert_no_error (error);
}

/* Whatever is asked, the answer is JSON, and the status one of two. Inputs write
 * %a%, %i% and %e% for the ids of the account, the inbox and the mail, which are
 * others in each run. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const IntimailJsonLimits any = { .max_size = G_MAXSIZE, .max_depth = 512, .max_values = G_MAXUINT };
  g_autoptr (GString) text = NULL;
  g_autoptr (GBytes) request = NULL;
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (JsonNode) root = NULL;
  guint status = 0;

  if (n_inputs++ % N_INPUTS_FOR_ONE_SITE == 0)
    {
      if (jmap != NULL)
        clean_up ();
      else
        atexit (clean_up);
      set_up ();
    }

  text = g_string_new_len ((const char *) data, (gssize) size);
  g_string_replace (text, "%a%", intimail_jmap_get_account_id (jmap), 0);
  g_string_replace (text, "%i%", inbox_id, 0);
  g_string_replace (text, "%e%", email_id, 0);
  request = g_bytes_new (text->str, text->len);
  answer = intimail_jmap_handle (jmap, request, &status);
  root = intimail_json_parse (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer), &any, NULL);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    g_error ("the answer is no JSON object");
  if (status != 200 && status != 400)
    g_error ("status %u", status);

  return 0;
}
