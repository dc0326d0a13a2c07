/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include <intimail/intimail-error.h>
#include <intimail/intimail-site.h>

#include "site/intimail-account-cache-private.h"
#include "test-support.h"

typedef struct
{
  char *folder;
  char *path;
  char *config;
} Fixture;

static void
setup (Fixture *fixture, gconstpointer data)
{
  fixture->folder = test_support_make_folder ("site");
  fixture->path = g_build_filename (fixture->folder, "site", NULL);
  fixture->config = g_build_filename (fixture->path, "intimail.conf", NULL);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  test_support_remove_folder (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->config);
}

static IntimailSite *
create (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  IntimailSite *site = intimail_site_create (fixture->path, "home.example", &error);

  g_assert_no_error (error);
  return site;
}

static int
get_mode (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  struct stat status;

  g_assert_cmpint (stat (path, &status), ==, 0);
  return status.st_mode & 0777;
}

static void
test_create (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  IntimailSite *site = create (fixture);
  g_autofree char *lmtp = g_strdup_printf ("unix:%s/run/lmtp.sock", fixture->path);
  g_autofree char *policy = g_strdup_printf ("unix:%s/run/policy.sock", fixture->path);

  g_assert_cmpstr (intimail_site_get_path (site), ==, fixture->path);
  g_assert_cmpstr (intimail_site_get_domains (site)[0], ==, "home.example");
  g_assert_null (intimail_site_get_domains (site)[1]);
  g_assert_cmpstr (intimail_site_get_hostname (site), ==, "mail.home.example");
  g_assert_cmpuint (intimail_site_get_max_message_size (site), ==, 52428800);
  g_assert_cmpstr (intimail_site_get_lmtp_listen (site), ==, lmtp);
  g_assert_cmpstr (intimail_site_get_policy_listen (site), ==, policy);
  g_assert_cmpstr (intimail_site_get_webmail_listen (site), ==, "127.0.0.1:8080");
  g_assert_cmpstr (intimail_site_get_webmail_url (site), ==, "http://127.0.0.1:8080");
  g_assert_null (intimail_site_get_webmail_origins (site)[0]);
  g_assert_false (intimail_site_get_webmail_trusts_proxy (site));
  g_assert_cmpstr (intimail_site_get_language (site), ==, "en");
  g_assert_cmpuint (intimail_site_get_trash_days (site), ==, 30);
  g_assert_cmpuint (intimail_site_get_junk_days (site), ==, 30);
  g_assert_cmpstr (intimail_site_get_sendmail_command (site)[0], ==, "/usr/sbin/sendmail");
  g_assert_cmpint (get_mode (fixture->path, "mail"), ==, 0700);
  g_assert_cmpint (get_mode (fixture->path, "directory.ldif"), ==, 0600);
  test_support_assert_finalized (site);

  g_assert_null (intimail_site_create (fixture->path, "home.example", &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_EXISTS);
}

static void
test_create_full (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *domain, *transport, *language;
  } bad[] = {
    { "", "local", "fr" },
    { "a..b", "local", "fr" },
    { "-a.example", "local", "fr" },
    { "a b", "local", "fr" },
    { "a@b.example", "local", "fr" },
    { "127.0.0.1", "local", "fr" },
    { "a.example\n[x]", "local", "fr" },
    { "home.example", "pigeon", "fr" },
    { "home.example", "local", "de" },
  };
  g_autoptr (IntimailSite) site = NULL;
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_null (intimail_site_create_full (fixture->path, bad[i].domain, bad[i].transport, bad[i].language, &error));
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
      g_test_message ("%s", error->message);
      g_clear_error (&error);
      g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
    }

  site = intimail_site_create_full (fixture->path, "Caf\xc3\xa9.Example", "local", "fr", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (intimail_site_get_domains (site)[0], ==, "xn--caf-dma.example");
  g_assert_true (intimail_site_is_local_domain (site, "caf\xc3\xa9.example"));
  g_assert_true (intimail_site_is_local_domain (site, "XN--CAF-DMA.example"));
  g_assert_false (intimail_site_is_local_domain (site, "cafe.example"));
  g_assert_false (intimail_site_is_local_domain (site, ""));
  g_assert_cmpstr (intimail_site_get_language (site), ==, "fr");
  g_assert_null (intimail_site_get_sendmail_command (site)[0]);
}

static void
test_settings (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailSite) site = create (fixture);
  g_autoptr (IntimailSite) other = NULL;
  g_autoptr (GError) error = NULL;

  test_support_write_file (fixture->config,
                           "[site]\ndomains=a.example;b.example\nmax-message-size=2000\n"
                           "[store]\nroot=/elsewhere\njunk-days=7\n"
                           "[deliver]\nlisten=127.0.0.1:8024\npolicy=\n"
                           "[webmail]\nlisten=[::1]:8081\norigins=https://x.example;http://y.example:81\n"
                           "trusted-proxy=true\n"
                           "[transport]\ncommand=/usr/sbin/sendmail;-oi\n");
  other = intimail_site_open (fixture->path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (intimail_site_get_hostname (other), ==, "a.example");
  g_assert_true (intimail_site_is_local_domain (other, "B.example"));
  g_assert_cmpuint (intimail_site_get_max_message_size (other), ==, 2000);
  g_assert_cmpstr (intimail_site_get_lmtp_listen (other), ==, "127.0.0.1:8024");
  g_assert_cmpstr (intimail_site_get_policy_listen (other), ==, "");
  g_assert_cmpstr (intimail_site_get_webmail_listen (other), ==, "[::1]:8081");
  g_assert_cmpstr (intimail_site_get_webmail_url (other), ==, "http://[::1]:8081");
  g_assert_cmpstr (intimail_site_get_webmail_origins (other)[1], ==, "http://y.example:81");
  g_assert_true (intimail_site_get_webmail_trusts_proxy (other));
  g_assert_cmpuint (intimail_site_get_trash_days (other), ==, 0);
  g_assert_cmpuint (intimail_site_get_junk_days (other), ==, 7);
  g_assert_cmpstr (intimail_site_get_sendmail_command (other)[1], ==, "-oi");
}

static void
test_mistakes (Fixture *fixture, gconstpointer data)
{
  static const char *const cases[][2] = {
    { "[site]\ndomains=;\n", "intimail.conf:2: domains in [site]: name one domain at least" },
    { "[site]\ndomains=a.example;b c\n", "intimail.conf:2: domains in [site]: \"b c\" is no domain" },
    { "[site]\ndomains=a.example\nhostname=a_b\n", "intimail.conf:3: hostname in [site]: \"a_b\" is no host's name" },
    { "[site]\ndomains=a.example\nmax-message-size=10\n", "intimail.conf:3: max-message-size in [site]: it is in bytes" },
    { "[site]\ndomains=a.example\n[directory]\nuri=http://x\n", "intimail.conf:4: uri in [directory]: \"http://x\" is not like ldapi:///" },
    { "[site]\ndomains=a.example\n[directory]\nuri=ldif:\n", "intimail.conf:4: uri in [directory]: \"ldif:\" and the name of one file" },
    { "[site]\ndomains=a.example\n[directory]\nuri=ldif:a;ldapi:///\n", "intimail.conf:4: uri in [directory]: \"ldif:\" and the name of one file" },
    { "[site]\ndomains=a.example\n[directory]\nuri=ldapi:///\nbind=simple\n", "bind-dn in [directory]: name the entry" },
    { "[site]\ndomains=a.example\n[store]\nroot=\n", "intimail.conf:4: root in [store]: name the folder" },
    { "[site]\ndomains=a.example\n[deliver]\nlisten=8024\n", "intimail.conf:4: listen in [deliver]: \"8024\" is not like" },
    { "[site]\ndomains=a.example\n[deliver]\nlisten=localhost:8024\n", "intimail.conf:4: listen in [deliver]: \"localhost:8024\" is not like" },
    { "[site]\ndomains=a.example\n[deliver]\nlisten=127.0.0.1:65536\n", "intimail.conf:4: listen in [deliver]: \"127.0.0.1:65536\" is not like" },
    { "[site]\ndomains=a.example\n[deliver]\nlisten=::1:80\n", "intimail.conf:4: listen in [deliver]: \"::1:80\" is not like" },
    { "[site]\ndomains=a.example\n[deliver]\nlisten=unix:\n", "intimail.conf:4: listen in [deliver]: \"unix:\" is not like" },
    { "[site]\ndomains=a.example\n[webmail]\nurl=ftp://x\n", "intimail.conf:4: url in [webmail]: \"ftp://x\" is not like" },
    { "[site]\ndomains=a.example\n[webmail]\nurl=https://x/mail\n", "intimail.conf:4: url in [webmail]: \"https://x/mail\" is not like" },
    { "[site]\ndomains=a.example\n[webmail]\norigins=*\n", "intimail.conf:4: origins in [webmail]: \"*\" is not like" },
    { "[site]\ndomains=a.example\n[transport]\ncommand=sendmail\n", "intimail.conf:4: command in [transport]: it begins with" },
    { "[site]\ndomains=a.example\n[store]\nquota-warnings=80;101\n", "intimail.conf:4: quota-warnings in [store]: \"101\" is no number of per cent" },
    { "[site]\ndomains=a.example\n[store]\nquota-warnings=half\n", "intimail.conf:4: quota-warnings in [store]: \"half\" is no number of per cent" },
    { "[site]\ndomains=a.example\n[store]\ntrash-days=99999\n", "intimail.conf:4: trash-days in [store]: it is in days" },
    { "[site]\ndomains=a.example\n[store]\njunk-days=-1\n", "intimail.conf:4: " },
    { "[site]\ndomains=a.example\n[store]\nquota-counts-trash=maybe\n", "intimail.conf:4: " },
    { "[site]\ndomains=a.example\n[store]\nquotta=1\n", "intimail.conf:4: unknown key \"quotta\" in [store]" },
  };
  g_autoptr (IntimailSite) site = create (fixture);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      test_support_write_file (fixture->config, cases[i][0]);
      g_assert_null (intimail_site_open (fixture->path, &error));
      /* A mistake in a file of ours never bounces mail. */
      g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, cases[i][1]));
    }
}

static void
test_no_site (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (intimail_site_open (fixture->path, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED);
}

static void
test_accounts (Fixture *fixture, gconstpointer data)
{
  IntimailSite *site = create (fixture);
  g_autoptr (IntimailPerson) ann = intimail_person_new ("ann", "ann@home.example");
  g_autoptr (IntimailPerson) thief = intimail_person_new ("../../etc", "x@home.example");
  g_autoptr (GError) error = NULL;

  intimail_person_set_quota_bytes (ann, 12345);
  {
    g_autoptr (IntimailAccount) account = intimail_site_get_account (site, ann, &error);
    g_autoptr (IntimailAccount) again = NULL;
    g_autoptr (IntimailQuota) quota = NULL;

    g_assert_no_error (error);
    quota = intimail_account_get_quota (account, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (intimail_quota_get_limit_bytes (quota), ==, 12345);
    intimail_person_set_quota_bytes (ann, 6);
    again = intimail_site_get_account (site, ann, &error);
    g_assert_true (again == account);
    intimail_quota_free (g_steal_pointer (&quota));
    quota = intimail_account_get_quota (account, &error);
    g_assert_cmpuint (intimail_quota_get_limit_bytes (quota), ==, 6);
  }
  g_assert_cmpint (get_mode (fixture->path, "mail/ann"), ==, 0700);
  {
    g_autofree char *path = intimail_site_get_account_path (site, ann);
    g_autofree char *wanted = g_build_filename (fixture->path, "mail", "ann", NULL);

    g_assert_cmpstr (path, ==, wanted);
  }
  g_assert_null (intimail_site_get_account_path (site, thief));
  g_assert_null (intimail_site_get_account (site, thief, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
  test_support_assert_finalized (site);
}

static char *
deliver (IntimailAccount *account, const char *mailbox_id, gsize size)
{
  g_autofree char *text = g_strnfill (size, 'x');
  g_autoptr (GBytes) message = g_bytes_new (text, size);
  g_autoptr (GError) error = NULL;
  char *id = intimail_account_deliver (account, message, mailbox_id, NULL, 0, NULL, &error);

  g_assert_no_error (error);
  return id;
}

/* The settings of the store reach the account. */
static void
test_store_settings (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailSite) first = create (fixture);
  g_autoptr (IntimailPerson) ann = intimail_person_new ("ann", "ann@home.example");
  g_autoptr (IntimailSite) site = NULL;
  g_autoptr (IntimailAccount) account = NULL;
  g_autoptr (IntimailMailbox) trash = NULL;
  g_autoptr (IntimailQuota) quota = NULL;
  g_autoptr (IntimailListing) listing = NULL;
  g_autoptr (IntimailEnvelope) envelope = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GDir) dir = NULL;

  test_support_write_file (fixture->config, "[site]\ndomains=home.example\n"
                                            "[store]\nlanguage=fr\nquota-counts-trash=false\nquota-warnings=50\nvsize-in-name=true\npreviews=false\n");
  site = intimail_site_open (fixture->path, &error);
  g_assert_no_error (error);
  intimail_person_set_quota_bytes (ann, 100000);
  account = intimail_site_get_account (site, ann, &error);
  g_assert_no_error (error);
  trash = intimail_account_lookup_mailbox_by_role (account, INTIMAIL_MAILBOX_ROLE_TRASH, &error);
  g_assert_cmpstr (intimail_mailbox_get_name (trash), ==, "Corbeille");
  g_free (deliver (account, intimail_mailbox_get_id (trash), 60000));
  quota = intimail_account_get_quota (account, &error);
  g_assert_cmpuint (intimail_quota_get_used_bytes (quota), ==, 0);
  g_free (deliver (account, NULL, 50000));
  listing = intimail_account_query (account, NULL, NULL, FALSE, NULL, &error);
  g_assert_cmpuint (intimail_listing_get_n_ids (listing), ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (IntimailEnvelope) one = intimail_listing_get_envelope (listing, i, &error);

      if (strstr (intimail_envelope_get_subject (one), "pleine") != NULL)
        g_set_object (&envelope, one);
    }
  g_assert_nonnull (envelope);
  g_assert_cmpstr (intimail_envelope_get_from (envelope), ==, "postmaster@home.example");
  g_assert_cmpstr (intimail_envelope_get_to (envelope), ==, "ann@home.example");

  g_assert_cmpstr (intimail_envelope_get_preview (envelope), ==, "");
  path = g_build_filename (fixture->path, "mail", "ann", ".Corbeille", "new", NULL);
  dir = g_dir_open (path, 0, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (g_dir_read_name (dir), ",S=60000,W=60000"));
}

/* The store's folder is a file: an account cannot be opened, and can be when
 * that is mended. */
static void
test_account_cannot_be_opened (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailSite) site = create (fixture);
  g_autoptr (IntimailPerson) ann = intimail_person_new ("ann", "ann@home.example");
  g_autofree char *mail = g_build_filename (fixture->path, "mail", NULL);
  g_autoptr (IntimailAccount) account = NULL;
  g_autoptr (GError) error = NULL;

  test_support_remove_folder (mail);
  test_support_write_file (mail, "");
  g_assert_null (intimail_site_get_account (site, ann, &error));
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED);
  g_clear_error (&error);
  test_support_remove_folder (mail);
  g_assert_cmpint (g_mkdir (mail, 0700), ==, 0);
  account = intimail_site_get_account (site, ann, &error);
  g_assert_no_error (error);
}

static void
test_cache_is_bounded (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailSite) site = create (fixture);
  g_autoptr (IntimailAccount) held = NULL;
  g_autoptr (IntimailAccount) same = NULL;
  g_autoptr (IntimailPerson) ann = intimail_person_new ("ann", "ann@home.example");
  gpointer released = NULL;

  held = intimail_site_get_account (site, ann, NULL);
  for (int i = 0; i < INTIMAIL_ACCOUNT_CACHE_SIZE + 2; i++)
    {
      g_autofree char *uid = g_strdup_printf ("p%d", i);
      g_autoptr (IntimailPerson) person = intimail_person_new (uid, "x@home.example");
      g_autoptr (IntimailAccount) account = intimail_site_get_account (site, person, NULL);

      g_assert_nonnull (account);
      if (i == 0)
        {
          released = account;
          g_object_add_weak_pointer (G_OBJECT (account), &released);
        }
    }
  /* What nobody uses is let go; what somebody holds stays the same object. */
  g_assert_null (released);
  same = intimail_site_get_account (site, ann, NULL);
  g_assert_true (same == held);
}

static gpointer
get_many (gpointer site)
{
  for (int i = 0; i < 200; i++)
    {
      g_autofree char *uid = g_strdup_printf ("p%d", i % 5);
      g_autoptr (IntimailPerson) person = intimail_person_new (uid, "x@home.example");
      g_autoptr (IntimailAccount) account = intimail_site_get_account (site, person, NULL);

      g_assert_nonnull (account);
    }

  return NULL;
}

static void
test_threads (Fixture *fixture, gconstpointer data)
{
  g_autoptr (IntimailSite) site = create (fixture);
  GThread *threads[4];

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("accounts", get_many, site);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

static void
add_test (const char *name, void (*function) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_strconcat ("/site/", name, NULL);

  g_test_add (path, Fixture, NULL, setup, function, teardown);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add_test ("create", test_create);
  add_test ("create-full", test_create_full);
  add_test ("settings", test_settings);
  add_test ("mistakes", test_mistakes);
  add_test ("no-site", test_no_site);
  add_test ("accounts", test_accounts);
  add_test ("store-settings", test_store_settings);
  add_test ("account-cannot-be-opened", test_account_cannot_be_opened);
  add_test ("cache-is-bounded", test_cache_is_bounded);
  add_test ("threads", test_threads);

  return g_test_run ();
}
