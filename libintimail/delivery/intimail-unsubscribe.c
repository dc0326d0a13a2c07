/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery/intimail-unsubscribe-private.h"

#include <string.h>

#include <intimail/intimail-error.h>
#include <intimail/intimail-transport.h>

#include "base/intimail-secret-private.h"
#include "delivery/intimail-trace-private.h"
#include "directory/intimail-group-private.h"
#include "directory/intimail-route-private.h"
#include "site/intimail-site-private.h"

/* Letters of the token, 5 bits each: 80 bits cannot be guessed by sending mail. */
#define TOKEN_LENGTH 16

char *
intimail_unsubscribe_make_token (IntimailSite *site, const char *text, GError **error)
{
  g_autoptr (GBytes) secret = intimail_site_get_secret (site, error);
  g_autofree char *token = NULL;
  g_autoptr (GHmac) hmac = NULL;
  guint8 digest[32];
  gsize length = sizeof digest;

  if (secret == NULL)
    return NULL;
  hmac = g_hmac_new (G_CHECKSUM_SHA256, g_bytes_get_data (secret, NULL), g_bytes_get_size (secret));
  g_hmac_update (hmac, (const guchar *) text, -1);
  g_hmac_get_digest (hmac, digest, &length);
  token = intimail_base32_encode (digest, length);

  return g_strndup (token, TOKEN_LENGTH);
}

/* Of the address alone and not of who gets it: a message is written once for all. */
static char *
make_token (IntimailSite *site, IntimailGroup *list, GError **error)
{
  g_autofree char *text = g_strconcat ("unsubscribe ", intimail_group_get_name (list), NULL);

  return intimail_unsubscribe_make_token (site, text, error);
}

char *
intimail_unsubscribe_make_address (IntimailSite *site, IntimailGroup *list, GError **error)
{
  g_autofree char *token = make_token (site, list, error);
  g_autofree char *purpose = token != NULL ? g_strconcat ("unsubscribe+", token, NULL) : NULL;

  return purpose != NULL ? intimail_route_make_address (list, purpose) : NULL;
}

gboolean
intimail_unsubscribe_check_token (IntimailSite *site, IntimailGroup *list, const char *token, GError **error)
{
  g_autofree char *right = NULL;

  /* The administrators stay what they are, whatever a mail says. */
  if (token == NULL || g_str_equal (intimail_group_get_name (list), INTIMAIL_GROUP_ADMINS))
    return FALSE;
  right = make_token (site, list, error);

  return right != NULL && intimail_secret_equal (right, token);
}

static char **
leave_out (const char *const *list, const char *member)
{
  g_autoptr (GStrvBuilder) rest = g_strv_builder_new ();

  for (gsize i = 0; list[i] != NULL; i++)
    if (!g_str_equal (list[i], member))
      g_strv_builder_add (rest, list[i]);

  return g_strv_builder_end (rest);
}

static gboolean
remove_member (IntimailSite *site, IntimailGroup *list, const char *member, GCancellable *cancellable, GError **error)
{
  g_auto (GStrv) members = leave_out (intimail_group_get_members (list), member);
  g_auto (GStrv) addresses = leave_out (intimail_group_get_member_addresses (list), member);

  intimail_group_set_members (list, (const char *const *) members);
  intimail_group_set_member_addresses (list, (const char *const *) addresses);

  return intimail_directory_update_group (intimail_site_get_directory (site), list, cancellable, error);
}

/* Nobody answers to it (RFC 3834), and what comes back goes to the owners. */
static void
tell (IntimailSite *site, IntimailGroup *list, const char *address, GCancellable *cancellable)
{
  g_autoptr (IntimailTransport) transport = intimail_transport_new (site);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *date = intimail_trace_format_date (now);
  g_autofree char *id = intimail_secret_token (TOKEN_LENGTH);
  g_autofree char *owner = intimail_route_make_address (list, "owner");
  g_autofree char *bounces = intimail_route_make_address (list, "bounces");
  const char *const recipients[] = { address, NULL };
  const char *name = intimail_group_get_name (list);
  g_autofree char *text = g_strdup_printf ("From: <%s>\nTo: <%s>\nSubject: You have left the list \"%s\"\nDate: %s\n"
                                           "Message-ID: <%s@%s>\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"
                                           "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
                                           "You asked to leave the mailing list %s, and get no more mail of it.\n"
                                           "If it was not you, or by mistake, write to %s.\n",
                                           owner, address, name, date, id, intimail_site_get_hostname (site),
                                           intimail_group_get_mail (list), owner);
  g_autoptr (GBytes) message = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;

  /* It is done; the word about it is worth no second try. */
  if (!intimail_transport_send (transport, bounces, recipients, message, cancellable, &error))
    g_warning ("%s has left the list \"%s\", and could not be told: %s", address, name, error->message);
}

gboolean
intimail_unsubscribe_remove (IntimailSite *site, IntimailGroup *list, const char *member, GCancellable *cancellable, GError **error)
{
  gboolean is_address = strchr (member, '@') != NULL;
  g_autoptr (IntimailPerson) person = NULL;

  if (!g_strv_contains (is_address ? intimail_group_get_member_addresses (list) : intimail_group_get_members (list), member))
    return TRUE;
  if (!remove_member (site, list, member, cancellable, error))
    return FALSE;
  /* By the address that the directory has, not by what a stranger says is one. */
  person = !is_address ? intimail_directory_lookup_person (intimail_site_get_directory (site), member, cancellable, NULL) : NULL;
  if (person != NULL || is_address)
    tell (site, list, person != NULL ? intimail_person_get_mail (person) : member, cancellable);

  return TRUE;
}

gboolean
intimail_unsubscribe_run (IntimailSite *site, IntimailGroup *list, const char *sender, GCancellable *cancellable, GError **error)
{
  IntimailDirectory *directory = intimail_site_get_directory (site);
  g_autoptr (IntimailGroup) current = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autofree char *member = NULL;

  current = intimail_directory_lookup_group (directory, intimail_group_get_name (list), cancellable, error);
  if (current == NULL)
    return FALSE;
  member = intimail_route_find_member (directory, current, sender, cancellable, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (member == NULL)
    {
      g_info ("%s asked to leave the list \"%s\", and is no member", sender, intimail_group_get_name (list));
      return TRUE;
    }

  return intimail_unsubscribe_remove (site, current, member, cancellable, error);
}
