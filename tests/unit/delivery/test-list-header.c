/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "delivery/intimail-list-header-private.h"
#include "test-support.h"

#define UNSUBSCRIBE "choir-unsubscribe+t@home.example"

#define ID "List-Id: <choir.home.example>\n"
#define POST "List-Post: <mailto:choir@home.example>\n"
#define OWNER "List-Owner: <mailto:choir-owner@home.example>\n"
#define HELP "List-Help: <mailto:choir-owner@home.example?subject=help>\n"
#define LEAVE "List-Unsubscribe: <mailto:choir-unsubscribe%2Bt@home.example?subject=unsubscribe>\n"
#define ALL ID POST OWNER HELP LEAVE

static IntimailGroup *
make_list (const char *mail, const char *description)
{
  IntimailGroup *list = intimail_group_new ("choir");

  intimail_group_set_mail (list, mail);
  intimail_group_set_description (list, description);
  return list;
}

/* The message as it leaves the list, fed in pieces. */
static char *
pass (IntimailListHeader *header, const char *message, gsize length, gsize piece)
{
  GString *result = g_string_new (NULL);
  gboolean ended = FALSE;

  for (gsize at = 0; at < length; at += piece)
    {
      gsize n = MIN (piece, length - at);
      gsize place = 0;

      if (!ended && intimail_list_header_feed (header, message + at, n, &place))
        {
          g_autofree char *fields = intimail_list_header_take_fields (header);

          ended = TRUE;
          g_string_append_len (result, message + at, (gssize) place);
          g_string_append (result, fields);
          g_string_append_len (result, message + at + place, (gssize) (n - place));
        }
      else
        g_string_append_len (result, message + at, (gssize) n);
    }
  if (!ended)
    {
      g_autofree char *fields = intimail_list_header_take_fields (header);

      g_string_append (result, fields);
    }

  return g_string_free (result, FALSE);
}

static const struct
{
  const char *name;
  const char *message;
  const char *wanted;
  gboolean is_loop;
} cases[] = {
  { "plain", "Subject: x\n\nbody\n", "Subject: x\n" ALL "\nbody\n", FALSE },
  { "folded", "Subject: x\n\ty\n List-Id: z\n\nbody\n", "Subject: x\n\ty\n List-Id: z\n" ALL "\nbody\n", FALSE },
  { "nothing", "", ALL, FALSE },
  { "body-alone", "\nbody\n", ALL "\nbody\n", FALSE },
  { "header-alone", "Subject: x\n", "Subject: x\n" ALL, FALSE },
  { "no-line-end", "Subject: x", "Subject: x\n" ALL, FALSE },
  { "has-one", "list-unsubscribe : <mailto:x@x.example>\n\nbody\n",
    "list-unsubscribe : <mailto:x@x.example>\n" ID POST OWNER HELP "\nbody\n", FALSE },
  { "has-all", "List-ID: <other.example>\n\nbody\n", "List-ID: <other.example>\n\nbody\n", FALSE },
  { "in-the-body", "Subject: x\n\nList-Id: <choir.home.example>\nDelivered-To: choir@home.example\n",
    "Subject: x\n" ALL "\nList-Id: <choir.home.example>\nDelivered-To: choir@home.example\n", FALSE },
  { "another-place", "Delivered-To: anna@home.example\nDelivered-To-Me: choir@home.example\n\n",
    "Delivered-To: anna@home.example\nDelivered-To-Me: choir@home.example\n" ALL "\n", FALSE },
  { "delivered", "Delivered-To: choir@HOME.example\n\nbody", "Delivered-To: choir@HOME.example\n" ALL "\nbody", TRUE },
  { "second", "Delivered-To: anna@home.example\nDelivered-To:\n Choir@home.example\n\n",
    "Delivered-To: anna@home.example\nDelivered-To:\n Choir@home.example\n" ALL "\n", TRUE },
  { "own-id", "List-Id: (x) <CHOIR.home.example>\n\n", "List-Id: (x) <CHOIR.home.example>\n\n", TRUE },
  { "last-field", "List-Id: <choir.home.example>", "List-Id: <choir.home.example>", TRUE },
};

static void
test_case (gconstpointer data)
{
  const gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (IntimailGroup) list = make_list ("choir@home.example", "");

  for (gsize piece = 1; piece < 80; piece++)
    {
      g_autoptr (IntimailListHeader) header = intimail_list_header_new (list, UNSUBSCRIBE);
      g_autofree char *result = pass (header, cases[i].message, strlen (cases[i].message), piece);

      g_assert_cmpstr (result, ==, cases[i].wanted);
      g_assert_cmpint (intimail_list_header_is_loop (header), ==, cases[i].is_loop);
    }
}

/* What ends its lines with CR LF has ours ended so, too. */
static void
test_crlf (void)
{
  g_autoptr (IntimailGroup) list = make_list ("choir@home.example", "");
  g_autoptr (IntimailListHeader) header = intimail_list_header_new (list, UNSUBSCRIBE);
  static const char message[] = "Subject: x\r\n\r\nbody\r\n";
  g_autofree char *result = pass (header, message, strlen (message), 3);

  g_assert_true (g_str_has_prefix (result, "Subject: x\r\nList-Id: <choir.home.example>\r\nList-Post: "));
  g_assert_true (g_str_has_suffix (result, "?subject=unsubscribe>\r\n\r\nbody\r\n"));
}

static const struct
{
  const char *description;
  const char *field;
} descriptions[] = {
  { "All who sing", "List-Id: \"All who sing\" <choir.home.example>\n" },
  { "A \"choir\" \\o/", "List-Id: \"A \\\"choir\\\" \\\\o/\" <choir.home.example>\n" },
  { "Ch\xc5\x93ur", "List-Id: =?utf-8?B?Q2jFk3Vy?=\n <choir.home.example>\n" },
  /* A line end begins no field of its own. */
  { "x\nSubject: y", "List-Id: =?utf-8?B?eApTdWJqZWN0OiB5?=\n <choir.home.example>\n" },
  { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\xc3\xa4"
    "b",
    "List-Id: =?utf-8?B?YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=?=\n =?utf-8?B?w6Ri?=\n <choir.home.example>\n" },
};

static void
test_description (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (descriptions); i++)
    {
      g_autoptr (IntimailGroup) list = make_list ("choir@home.example", descriptions[i].description);
      g_autoptr (IntimailListHeader) header = intimail_list_header_new (list, UNSUBSCRIBE);
      g_autofree char *fields = intimail_list_header_take_fields (header);

      g_assert_true (g_str_has_prefix (fields, descriptions[i].field));
    }
}

static void
test_owners_write (void)
{
  g_autoptr (IntimailGroup) list = make_list ("ch\xc5\x93ur@caf\xc3\xa9.example", "");
  g_autoptr (IntimailListHeader) header = NULL;
  g_autofree char *fields = NULL;

  intimail_group_set_posters (list, INTIMAIL_GROUP_POSTERS_OWNERS);
  header = intimail_list_header_new (list, UNSUBSCRIBE);
  fields = intimail_list_header_take_fields (header);
  g_assert_nonnull (strstr (fields, "List-Id: <choir.xn--caf-dma.example>\n"));
  g_assert_nonnull (strstr (fields, "\nList-Post: NO (its owners write alone)\n"));
  g_assert_nonnull (strstr (fields, "\nList-Owner: <mailto:ch%C5%93ur-owner@caf%C3%A9.example>\n"));
}

/* A field that goes on for ever is cut, and counts as nobody's; memory does not grow. */
static void
test_limit (void)
{
  g_autoptr (IntimailGroup) list = make_list ("choir@home.example", "");
  g_autoptr (IntimailListHeader) within = intimail_list_header_new (list, UNSUBSCRIBE);
  g_autoptr (IntimailListHeader) beyond = intimail_list_header_new (list, UNSUBSCRIBE);
  gsize room = INTIMAIL_LIST_HEADER_MAX_FIELD - strlen ("Delivered-To:choir@home.example");
  g_autofree char *blanks = g_strnfill (room + 1, ' ');
  g_autofree char *most = g_strdup_printf ("Delivered-To:%.*schoir@home.example\n\n", (int) room, blanks);
  g_autofree char *more = g_strdup_printf ("Delivered-To:%.*schoir@home.example\n\n", (int) room + 1, blanks);
  gsize place;

  g_assert_true (intimail_list_header_feed (within, most, strlen (most), &place));
  g_assert_true (intimail_list_header_is_loop (within));
  g_assert_true (intimail_list_header_feed (beyond, more, strlen (more), &place));
  g_assert_false (intimail_list_header_is_loop (beyond));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/list-header/", cases[i].name, NULL);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_case);
    }
  g_test_add_func ("/list-header/crlf", test_crlf);
  g_test_add_func ("/list-header/description", test_description);
  g_test_add_func ("/list-header/owners-write", test_owners_write);
  g_test_add_func ("/list-header/limit", test_limit);

  return g_test_run ();
}
