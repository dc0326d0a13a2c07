/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery/intimail-send-notice-private.h"

#include <intimail/intimail-address.h>
#include <intimail/intimail-composer.h>

#include "store/intimail-spool-private.h"

static char *
make_text (const IntimailSubmission *submission, const char *subject, gboolean uncertain, gboolean french)
{
  const char *reason = submission->reason != NULL ? submission->reason : "?";
  g_autofree char *recipients = g_strjoinv (", ", submission->recipients);

  if (french)
    return g_strdup_printf ("Votre message « %s »\nà %s\n%s :\n\n    %s\n\n%s", subject, recipients,
                            uncertain ? "a été envoyé, ou non : nul ne peut le savoir" : "n'a pas été envoyé", reason,
                            uncertain ? "Il est parmi vos brouillons. Demandez à un destinataire avant de l'envoyer de nouveau :\n"
                                        "sinon il le recevra peut-être deux fois.\n"
                                      : "Il est parmi vos brouillons : corrigez ce qui ne va pas, et envoyez-le de nouveau.\n");

  return g_strdup_printf ("Your message \"%s\"\nto %s\n%s:\n\n    %s\n\n%s", subject, recipients,
                          uncertain ? "was sent, or not: nobody can know" : "was not sent", reason,
                          uncertain ? "It is among your drafts. Ask a recipient before you send it again: else they may get\n"
                                      "it twice.\n"
                                    : "It is among your drafts: correct what is wrong, and send it again.\n");
}

static char *
get_subject (IntimailAccount *account, const IntimailSubmission *submission)
{
  g_autoptr (IntimailEnvelope) envelope = intimail_account_get_envelope (account, submission->email_id, NULL);
  char *subject = g_strdup (envelope != NULL ? intimail_envelope_get_subject (envelope) : "");

  for (char *at = subject; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at))
      *at = ' ';

  return subject;
}

static GBytes *
compose (IntimailSite *site, IntimailPerson *person, IntimailAccount *account, const IntimailSubmission *submission, GError **error)
{
  gboolean uncertain = submission->status == INTIMAIL_SUBMISSION_HELD;
  gboolean french = g_str_equal (intimail_site_get_language (site), "fr");
  g_autofree char *postmaster = g_strconcat ("postmaster@", intimail_site_get_domains (site)[0], NULL);
  g_autoptr (IntimailComposer) composer = intimail_composer_new ();
  g_autoptr (IntimailAddress) from = intimail_address_parse (postmaster, error);
  g_autoptr (IntimailAddress) to = from != NULL ? intimail_address_parse (intimail_person_get_mail (person), error) : NULL;
  g_autoptr (GPtrArray) recipients = g_ptr_array_new ();
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *subject = get_subject (account, submission);
  g_autofree char *text = make_text (submission, subject, uncertain, french);
  g_autofree char *title = g_strconcat (uncertain ? (french ? "Envoyé ou non : " : "Sent or not: ") : (french ? "Non envoyé : " : "Not sent: "),
                                        subject, NULL);

  if (to == NULL)
    return NULL;
  g_ptr_array_add (recipients, to);
  intimail_composer_set_from (composer, from);
  intimail_composer_set_addresses (composer, "To", recipients);
  intimail_composer_set_date (composer, now);
  intimail_composer_set_text (composer, text);
  if (!intimail_composer_set_field (composer, "Subject", title, error) ||
      !intimail_composer_set_field (composer, "Auto-Submitted", "auto-generated", error))
    return NULL;

  return intimail_composer_build (composer, intimail_address_get_domain (from), error);
}

gboolean
intimail_send_notice_deliver (IntimailSite *site,
                              IntimailPerson *person,
                              IntimailAccount *account,
                              const IntimailSubmission *submission,
                              GError **error)
{
  g_autofree char *unique = g_strdup_printf ("%" G_GINT64_FORMAT ".%s.notice", submission->sent, submission->id);
  g_autoptr (GBytes) message = compose (site, person, account, submission, error);

  return message != NULL && intimail_account_deliver_notice (account, message, unique, error);
}
