/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Mail to a list: to people at once, to others through the mail server.
 */

#include "delivery-fixture.h"

#define HEADER "From: anna@home.example\nTo: choir@home.example\nSubject: song\n"
#define BODY "\nla la\n"
#define MESSAGE HEADER BODY

/* choir has anna, bert and zoe elsewhere; carl looks after it. */
static void
setup (Fixture *self, gconstpointer data)
{
  static const char *const members[] = { "anna", "bert", NULL };
  static const char *const owners[] = { "carl", NULL };
  static const char *const addresses[] = { "zoe@elsewhere.example", NULL };
  g_autofree char *program = NULL;
  g_autofree char *end = NULL;
  g_autoptr (IntimailGroup) group = intimail_group_new ("choir");
  g_autoptr (GError) error = NULL;

  fixture_setup (self, data);
  end = g_strdup_printf ("cat > %s/message", self->folder);
  program = make_program (self, end);
  set_transport (self, "sendmail", program);
  intimail_group_set_mail (group, "choir@home.example");
  intimail_group_set_description (group, "All who sing");
  intimail_group_set_members (group, members);
  intimail_group_set_owners (group, owners);
  intimail_group_set_member_addresses (group, addresses);
  intimail_directory_add_group (intimail_site_get_directory (self->site), group, NULL, &error);
  g_assert_no_error (error);
}

static IntimailGroup *
get_choir (Fixture *self)
{
  IntimailGroup *choir = intimail_directory_lookup_group (intimail_site_get_directory (self->site), "choir", NULL, NULL);

  g_assert_nonnull (choir);
  return choir;
}

static void
put_choir (Fixture *self, IntimailGroup *choir)
{
  g_autoptr (GError) error = NULL;

  intimail_directory_update_group (intimail_site_get_directory (self->site), choir, NULL, &error);
  g_assert_no_error (error);
}

/* Delivers in two pieces; the recipients' results as one text: "ok ok 5.4.6". */
static char *
deliver (Fixture *self, const char *sender, const char *const *recipients, const char *message, gboolean confirmed)
{
  g_autoptr (IntimailDelivery) delivery = intimail_delivery_new (self->site, sender);
  gsize half = strlen (message) / 2;
  g_autoptr (GBytes) first = g_bytes_new (message, half);
  g_autoptr (GBytes) second = g_bytes_new (message + half, strlen (message) - half);
  GString *results = g_string_new (NULL);
  guint n = 0;

  intimail_delivery_await_confirmation (delivery);
  for (gsize i = 0; recipients[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;

      if (intimail_delivery_add_recipient (delivery, recipients[i], 0, NULL, &error))
        continue;
      g_test_message ("%s: %s", recipients[i], error->message);
      g_string_append_printf (results, "%s%s", results->len > 0 ? " " : "", intimail_error_get_enhanced_status (error));
    }
  n = intimail_delivery_get_n_recipients (delivery);
  if (n > 0)
    {
      intimail_delivery_write (delivery, first, NULL, NULL);
      intimail_delivery_write (delivery, second, NULL, NULL);
      intimail_delivery_finish (delivery, NULL, NULL);
    }
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean ok = intimail_delivery_get_result (delivery, i, &error);

      if (!ok)
        g_test_message ("%s", error->message);
      g_string_append_printf (results, "%s%s", results->len > 0 ? " " : "", ok ? "ok" : intimail_error_get_enhanced_status (error));
    }
  if (confirmed && n > 0)
    intimail_delivery_confirm (delivery);

  return g_string_free (results, FALSE);
}

static void
assert_delivers (Fixture *self, const char *sender, const char *const *recipients, const char *message, const char *wanted)
{
  g_autofree char *results = deliver (self, sender, recipients, message, TRUE);

  g_assert_cmpstr (results, ==, wanted);
}

/* Nothing was handed over since the last time. */
static void
assert_nothing_sent (Fixture *self)
{
  g_autofree char *path = g_build_filename (self->folder, "arguments", NULL);

  g_assert_cmpint (g_access (path, F_OK), !=, 0);
}

static void
forget_sent (Fixture *self)
{
  g_autofree char *arguments = g_build_filename (self->folder, "arguments", NULL);

  g_assert_cmpint (g_unlink (arguments), ==, 0);
}

/* What the mail server was given. */
static char *
load_sent (Fixture *self)
{
  g_autofree char *path = g_build_filename (self->folder, "message", NULL);
  g_autoptr (GBytes) bytes = test_support_read_file (path);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static const char *const to_choir[] = { "choir@home.example", NULL };

static void
test_list (Fixture *fixture, gconstpointer data)
{
  g_autofree char *anna = NULL;
  g_autofree char *bert = NULL;
  g_autofree char *sent = NULL;
  const char *received;

  assert_delivers (fixture, "anna@home.example", to_choir, MESSAGE, "ok");
  anna = load_message (fixture, "anna");
  bert = load_message (fixture, "bert");
  g_assert_cmpstr (anna, ==, bert);
  g_assert_true (g_str_has_prefix (anna, "Return-Path: <choir-bounces@home.example>\nDelivered-To: choir@home.example\nReceived: "));
  g_assert_nonnull (strstr (anna, HEADER "List-Id: \"All who sing\" <choir.home.example>\n"
                                         "List-Post: <mailto:choir@home.example>\n"
                                         "List-Owner: <mailto:choir-owner@home.example>\n"
                                         "List-Help: <mailto:choir-owner@home.example?subject=help>\n"
                                         "List-Unsubscribe: <mailto:choir-unsubscribe%2B"));
  g_assert_true (g_str_has_suffix (anna, "@home.example?subject=unsubscribe>\n" BODY));
  g_assert_cmpuint (count_messages (fixture, "carl"), ==, 0);

  assert_file (fixture, "arguments", "-i\n-f\nchoir-bounces@home.example\n--\nzoe@elsewhere.example\n");
  sent = load_sent (fixture);
  received = strchr (anna, '\n') + 1;
  g_assert_cmpstr (sent, ==, received);
}

static void
add_list (Fixture *self, const char *name, const char *const *members, const char *address)
{
  g_autofree char *mail = g_strconcat (name, "@home.example", NULL);
  g_autoptr (IntimailGroup) group = intimail_group_new (name);
  g_autoptr (GError) error = NULL;

  intimail_group_set_mail (group, mail);
  intimail_group_set_members (group, members);
  intimail_group_set_member_addresses (group, (const char *const[]){ address, NULL });
  intimail_directory_add_group (intimail_site_get_directory (self->site), group, NULL, &error);
  g_assert_no_error (error);
}

/* A member of two lists, who is written to as well, has it once, as it came. */
static void
test_once (Fixture *fixture, gconstpointer data)
{
  static const char *const recipients[] = { "choir@home.example", "band@home.example", "anna@home.example", NULL };
  g_autofree char *anna = NULL;
  g_autofree char *bert = NULL;
  g_autofree char *carl = NULL;

  add_list (fixture, "band", (const char *const[]){ "anna", "bert", "carl", NULL }, "Zoe@ELSEWHERE.example");
  assert_delivers (fixture, "s@x.example", recipients, MESSAGE, "ok ok ok");
  anna = load_message (fixture, "anna");
  g_assert_null (strstr (anna, "List-Id"));
  g_assert_true (g_str_has_prefix (anna, "Return-Path: <s@x.example>\nReceived: "));
  bert = load_message (fixture, "bert");
  g_assert_nonnull (strstr (bert, "<choir.home.example>"));
  carl = load_message (fixture, "carl");
  g_assert_nonnull (strstr (carl, "<band.home.example>"));
  assert_file (fixture, "arguments", "-i\n-f\nchoir-bounces@home.example\n--\nzoe@elsewhere.example\n");
}

static void
test_posters (Fixture *fixture, gconstpointer data)
{
  static const char *const two[] = { "choir@home.example", "anna@home.example", NULL };
  g_autoptr (IntimailGroup) choir = get_choir (fixture);
  g_autoptr (GError) refused = NULL;

  intimail_group_set_posters (choir, INTIMAIL_GROUP_POSTERS_MEMBERS);
  put_choir (fixture, choir);
  assert_delivers (fixture, "s@x.example", two, MESSAGE, "5.7.2 ok");
  assert_delivers (fixture, "", to_choir, MESSAGE, "5.7.2");
  assert_nothing_sent (fixture);
  g_assert_cmpuint (count_messages (fixture, "bert"), ==, 0);
  g_assert_false (intimail_delivery_check_recipient (fixture->site, "s@x.example", "choir@home.example", 0, NULL, &refused));
  g_assert_error (refused, INTIMAIL_ERROR, INTIMAIL_ERROR_POSTING_REFUSED);
  g_assert_true (intimail_delivery_check_recipient (fixture->site, NULL, "choir@home.example", 0, NULL, NULL));
  g_assert_true (intimail_delivery_check_recipient (fixture->site, "bert@home.example", "choir@home.example", 0, NULL, NULL));
  assert_delivers (fixture, "zoe@elsewhere.example", to_choir, MESSAGE, "ok");
  assert_delivers (fixture, "carl@home.example", to_choir, MESSAGE, "ok");
  g_assert_cmpuint (count_messages (fixture, "bert"), ==, 2);
  intimail_group_set_hidden (choir, TRUE);
  put_choir (fixture, choir);
  assert_delivers (fixture, "s@x.example", to_choir, MESSAGE, "5.1.1");
}

static void
test_loop (Fixture *fixture, gconstpointer data)
{
  static const char *const two[] = { "choir@home.example", "carl@home.example", NULL };
  static const char *const loops[] = {
    "Delivered-To: Choir@home.example\n",
    "delivered-to : <choir@HOME.example>\n",
    "List-Id: Old name\n <Choir.home.example>\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (loops); i++)
    {
      g_autofree char *message = g_strconcat (loops[i], MESSAGE, NULL);

      assert_delivers (fixture, "s@x.example", two, message, "5.4.6 ok");
    }
  assert_nothing_sent (fixture);
  g_assert_cmpuint (count_messages (fixture, "anna"), ==, 0);
  g_assert_cmpuint (count_messages (fixture, "carl"), ==, G_N_ELEMENTS (loops));
}

/* A letter of somebody else's list is passed on as it came. */
static void
test_other_list (Fixture *fixture, gconstpointer data)
{
#define NEWS "List-Id: <news.elsewhere.example>\nList-Unsubscribe: <https://elsewhere.example/1>\n" MESSAGE
  g_autofree char *anna = NULL;

  assert_delivers (fixture, "s@x.example", to_choir, NEWS, "ok");
  anna = load_message (fixture, "anna");
  g_assert_true (g_str_has_suffix (anna, NEWS));
  g_assert_null (strstr (anna, "choir.home.example"));
}

/* The sender did not hear of it and asks again: nobody elsewhere gets it twice, whether the
 * process lives on or not, and whether anybody is here or not. */
static void
test_again (Fixture *fixture, gconstpointer data)
{
  static const char *const to_away[] = { "away@home.example", NULL };
  const char *const *const recipients[] = { to_choir, to_away };

  add_list (fixture, "away", (const char *const[]){ NULL }, "yan@elsewhere.example");
  for (guint i = 0; i < G_N_ELEMENTS (recipients); i++)
    {
      for (guint again = 0; again < 3; again++)
        {
          g_autofree char *results = deliver (fixture, "s@x.example", recipients[i], MESSAGE, again == 2);

          g_assert_cmpstr (results, ==, "ok");
          if (again > 0)
            assert_nothing_sent (fixture);
          else
            forget_sent (fixture);
          if (again == 0)
            {
              g_clear_object (&fixture->site);
              fixture_open (fixture);
            }
        }
      g_assert_cmpuint (count_messages (fixture, "anna"), ==, i == 0 ? 1 : 3);

      /* It is known now: the same bytes are another message. */
      assert_delivers (fixture, "s@x.example", recipients[i], MESSAGE "more\n", "ok");
      forget_sent (fixture);
      assert_delivers (fixture, "s@x.example", recipients[i], MESSAGE, "ok");
      forget_sent (fixture);
      g_assert_cmpuint (count_messages (fixture, "anna"), ==, 3);
    }
}

/* Whose mailbox is full has the mail server come back for them, and the owners told. */
static void
test_full (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailGroup) choir = get_choir (fixture);

  intimail_group_set_members (choir, (const char *const[]){ "anna", "full", NULL });
  put_choir (fixture, choir);
  assert_delivers (fixture, "s@x.example", to_choir, MESSAGE, "ok");
  assert_file (fixture, "arguments", "-i\n-f\nchoir-bounces@home.example\n--\nzoe@elsewhere.example\nfull@home.example\n");
  g_assert_cmpuint (count_messages (fixture, "anna"), ==, 1);
  forget_sent (fixture);

  /* When nobody can get it, the sender is told. */
  intimail_group_set_members (choir, (const char *const[]){ "full", NULL });
  intimail_group_set_member_addresses (choir, (const char *const[]){ NULL });
  put_choir (fixture, choir);
  assert_delivers (fixture, "s@x.example", to_choir, MESSAGE, "5.2.2");
  assert_nothing_sent (fixture);
}

/* The mail server has no time: the sender comes again, and who has it has it once. */
static void
test_put_off (Fixture *fixture, gconstpointer data)
{
  static const char *const two[] = { "choir@home.example", "carl@home.example", NULL };
  g_autofree char *busy = make_program (fixture, "cat > /dev/null; exit 75");
  g_autofree char *end = g_strdup_printf ("cat > %s/message", fixture->folder);
  g_autofree char *free_again = NULL;

  assert_delivers (fixture, "s@x.example", two, MESSAGE, "4.3.0 ok");
  g_assert_cmpuint (count_messages (fixture, "anna"), ==, 1);
  forget_sent (fixture);
  assert_delivers (fixture, "s@x.example", to_choir, MESSAGE, "4.3.0");
  forget_sent (fixture);
  free_again = make_program (fixture, end);
  assert_delivers (fixture, "s@x.example", to_choir, MESSAGE, "ok");
  assert_file (fixture, "arguments", "-i\n-f\nchoir-bounces@home.example\n--\nzoe@elsewhere.example\n");
  g_assert_cmpuint (count_messages (fixture, "anna"), ==, 1);
  g_assert_cmpuint (count_messages (fixture, "bert"), ==, 1);
  g_assert_cmpuint (count_messages (fixture, "carl"), ==, 1);

  /* The same bytes once more, after the sender knows, are another message. */
  assert_delivers (fixture, "s@x.example", to_choir, MESSAGE, "ok");
  g_assert_cmpuint (count_messages (fixture, "anna"), ==, 2);
}

static void
test_elsewhere_alone (Fixture *fixture, gconstpointer data)
{
  g_autofree char *sent = NULL;

  add_list (fixture, "away", (const char *const[]){ NULL }, "yan@elsewhere.example");
  assert_delivers (fixture, "s@x.example", (const char *const[]){ "away@home.example", NULL }, MESSAGE, "ok");
  assert_file (fixture, "arguments", "-i\n-f\naway-bounces@home.example\n--\nyan@elsewhere.example\n");
  sent = load_sent (fixture);
  g_assert_true (g_str_has_prefix (sent, "Delivered-To: away@home.example\nReceived: "));
  g_assert_true (g_str_has_suffix (sent, BODY));

  /* Without a mail server there is no way there, and no loss for those who are here. */
  set_transport (fixture, "local", NULL);
  assert_delivers (fixture, "s@x.example", (const char *const[]){ "away@home.example", NULL }, MESSAGE, "5.3.3");
  assert_delivers (fixture, "s@x.example", to_choir, MESSAGE, "ok");
  g_assert_cmpuint (count_messages (fixture, "anna"), ==, 1);
}

static void
test_owners (Fixture *fixture, gconstpointer data)
{
  g_autofree char *carl = NULL;

  assert_delivers (fixture, "", (const char *const[]){ "choir-bounces@home.example", NULL }, MESSAGE, "ok");
  carl = load_message (fixture, "carl");
  g_assert_true (g_str_has_prefix (carl, "Return-Path: <>\nDelivered-To: choir-bounces@home.example\n"));
  g_assert_true (g_str_has_suffix (carl, MESSAGE));
  assert_nothing_sent (fixture);
}

/* The address for leaving is in each message; without its token it is the owners'. */
static void
test_unsubscribe (Fixture *fixture, gconstpointer data)
{
  g_autofree char *anna = NULL;
  g_autofree char *address = NULL;
  g_autofree char *sent = NULL;
  g_autoptr (IntimailGroup) choir = NULL;
  const char *start;

  assert_delivers (fixture, "anna@home.example", to_choir, MESSAGE, "ok");
  forget_sent (fixture);
  anna = load_message (fixture, "anna");
  start = strstr (anna, "<mailto:choir-unsubscribe%2B") + strlen ("<mailto:");
  address = g_uri_unescape_segment (start, strchr (start, '?'), NULL);

  assert_delivers (fixture, "bert@home.example", (const char *const[]){ "choir-unsubscribe@home.example", NULL }, MESSAGE, "ok");
  assert_delivers (fixture, "bert@home.example", (const char *const[]){ "choir-unsubscribe+abc@home.example", NULL }, MESSAGE, "ok");
  g_assert_cmpuint (count_messages (fixture, "carl"), ==, 2);
  assert_delivers (fixture, "s@x.example", (const char *const[]){ address, NULL }, MESSAGE, "ok");
  assert_nothing_sent (fixture);
  assert_delivers (fixture, "bert+x@home.example", (const char *const[]){ address, NULL }, MESSAGE, "ok");
  assert_file (fixture, "arguments", "-i\n-f\nchoir-bounces@home.example\n--\nbert@home.example\n");
  sent = load_sent (fixture);
  g_assert_nonnull (strstr (sent, "Subject: You have left the list \"choir\"\n"));
  g_assert_nonnull (strstr (sent, "Auto-Submitted: auto-replied\n"));
  forget_sent (fixture);
  assert_delivers (fixture, "Zoe@elsewhere.example", (const char *const[]){ address, NULL }, MESSAGE, "ok");
  assert_file (fixture, "arguments", "-i\n-f\nchoir-bounces@home.example\n--\nzoe@elsewhere.example\n");
  forget_sent (fixture);
  /* Who asks again is out already: a human has to look why. */
  assert_delivers (fixture, "zoe@elsewhere.example", (const char *const[]){ address, NULL }, MESSAGE, "ok");
  assert_nothing_sent (fixture);

  choir = get_choir (fixture);
  g_assert_cmpuint (g_strv_length ((char **) intimail_group_get_members (choir)), ==, 1);
  g_assert_true (intimail_group_has_member (choir, "anna"));
  g_assert_cmpuint (g_strv_length ((char **) intimail_group_get_member_addresses (choir)), ==, 0);
  g_assert_cmpuint (count_messages (fixture, "carl"), ==, 4);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*function) (Fixture *fixture, gconstpointer data);
  } cases[] = {
    { "/delivery-list/list", test_list },
    { "/delivery-list/once", test_once },
    { "/delivery-list/again", test_again },
    { "/delivery-list/posters", test_posters },
    { "/delivery-list/loop", test_loop },
    { "/delivery-list/other-list", test_other_list },
    { "/delivery-list/full", test_full },
    { "/delivery-list/put-off", test_put_off },
    { "/delivery-list/elsewhere-alone", test_elsewhere_alone },
    { "/delivery-list/owners", test_owners },
    { "/delivery-list/unsubscribe", test_unsubscribe },
  };

  g_test_init (&argc, &argv, NULL);
  /* Warnings about what is done wrong on purpose are not the end. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add (cases[i].path, Fixture, NULL, setup, cases[i].function, fixture_teardown);

  return g_test_run ();
}
