/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery/intimail-send-alarm-private.h"

#include <intimail/intimail-address.h>
#include <intimail/intimail-composer.h>
#include <intimail/intimail-delivery.h>

static char *
make_text (IntimailPerson *person, const char *reason, gboolean french)
{
  const char *uid = intimail_person_get_uid (person);
  const char *mail = intimail_person_get_mail (person);

  if (french)
    return g_strdup_printf ("Le compte %s (%s) a atteint la limite d'envoi, et ses messages sont refusés pour l'instant.\n\n"
                            "Si cette personne n'a pas écrit autant, quelqu'un d'autre a son mot de passe : changez-le\n"
                            "(intimail person password %s), révoquez ses mots de passe d'application, et regardez la\n"
                            "boîte d'envoi. Les limites sont dans le groupe [transport] de intimail.conf.\n",
                            uid, mail, uid);

  return g_strdup_printf ("The account %s (%s) has reached the limit for sending, and its mail is refused for now:\n%s.\n\n"
                          "If this person has not written that much, somebody else has the password: change it\n"
                          "(intimail person password %s), revoke the app passwords, and look into the sent mail.\n"
                          "The limits are in the group [transport] of intimail.conf.\n",
                          uid, mail, reason, uid);
}

static GBytes *
compose (IntimailSite *site, IntimailPerson *person, const char *postmaster, const char *reason, GError **error)
{
  gboolean french = g_str_equal (intimail_site_get_language (site), "fr");
  g_autoptr (IntimailComposer) composer = intimail_composer_new ();
  g_autoptr (IntimailAddress) address = intimail_address_parse (postmaster, error);
  g_autoptr (GPtrArray) to = g_ptr_array_new ();
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *text = make_text (person, reason, french);
  g_autofree char *subject = g_strdup_printf (french ? "%s envoie trop de courrier" : "%s sends too much mail",
                                              intimail_person_get_uid (person));

  if (address == NULL)
    return NULL;
  g_ptr_array_add (to, address);
  intimail_composer_set_from (composer, address);
  intimail_composer_set_addresses (composer, "To", to);
  intimail_composer_set_date (composer, now);
  intimail_composer_set_text (composer, text);
  if (!intimail_composer_set_field (composer, "Subject", subject, error) ||
      !intimail_composer_set_field (composer, "Auto-Submitted", "auto-generated", error))
    return NULL;

  return intimail_composer_build (composer, intimail_address_get_domain (address), error);
}

/* Straight to the administrators: who sends too much has no say in it. */
void
intimail_send_alarm_raise (IntimailSite *site, IntimailPerson *person, const char *reason)
{
  g_autofree char *postmaster = g_strconcat ("postmaster@", intimail_site_get_domains (site)[0], NULL);
  g_autoptr (IntimailDelivery) delivery = intimail_delivery_new (site, "");
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) message = compose (site, person, postmaster, reason, &error);

  intimail_delivery_set_origin (delivery, "local", NULL);
  g_message ("%s sends too much mail: %s", intimail_person_get_uid (person), reason);
  if (message == NULL || !intimail_delivery_add_recipient (delivery, postmaster, g_bytes_get_size (message), NULL, &error) ||
      !intimail_delivery_write (delivery, message, NULL, &error) || !intimail_delivery_finish (delivery, NULL, &error))
    g_warning ("the administrators could not be told that %s sends too much: %s", intimail_person_get_uid (person), error->message);
}
