/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Answers a mail.
 *
 * usage: reply SITE UID MAIL TEXT      (MAIL: an id as list-inbox shows it)
 */

#include <locale.h>

#include <intimail/intimail.h>

static gboolean
answer (IntimailSite *site, IntimailPerson *person, IntimailMessage *mail, const char *text, GError **error)
{
  g_autoptr (IntimailOutbox) outbox = intimail_outbox_new (site, person);
  g_autoptr (IntimailComposer) composer = intimail_composer_new ();
  g_autoptr (GPtrArray) own = intimail_address_parse_list (intimail_person_get_mail (person), error);
  g_autofree char *lines = g_strconcat (text, "\n", NULL);
  g_autoptr (GBytes) message = NULL;
  g_auto (GStrv) recipients = NULL;
  g_autofree char *id = NULL;
  g_autofree char *answered = NULL;

  if (own == NULL)
    return FALSE;
  intimail_composer_set_from (composer, g_ptr_array_index (own, 0));
  intimail_composer_set_text (composer, lines);
  if (!intimail_composer_reply (composer, mail, INTIMAIL_REPLY_SCOPE_ALL, own, "en", error))
    return FALSE;
  recipients = intimail_composer_list_recipients (composer);
  message = intimail_composer_build (composer, intimail_site_get_hostname (site), error);
  if (message != NULL)
    id = intimail_outbox_send (outbox, intimail_person_get_mail (person), (const char *const *) recipients, message, NULL, error);
  answered = g_strjoinv (", ", recipients);
  if (id != NULL)
    g_print ("answered %s\n", answered);

  return id != NULL;
}

static gboolean
reply (const char *path, const char *uid, const char *id, const char *text, GError **error)
{
  g_autoptr (IntimailSite) site = intimail_site_open (path, error);
  IntimailDirectory *directory = site != NULL ? intimail_site_get_directory (site) : NULL;
  g_autoptr (IntimailPerson) person = site != NULL ? intimail_directory_lookup_person (directory, uid, NULL, error) : NULL;
  g_autoptr (IntimailAccount) account = person != NULL ? intimail_site_get_account (site, person, error) : NULL;
  g_autoptr (IntimailMessage) mail = account != NULL ? intimail_account_open_message (account, id, error) : NULL;

  return mail != NULL && answer (site, person, mail, text, error);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  if (argc == 5 && reply (argv[1], argv[2], argv[3], argv[4], &error))
    return 0;
  g_printerr ("%s\n", error != NULL ? error->message : "usage: reply SITE UID MAIL TEXT");
  return 1;
}
