/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery/intimail-vacation-reply-private.h"

#include <string.h>

#include <intimail/intimail-composer.h>
#include <intimail/intimail-error.h>
#include <intimail/intimail-transport.h>

#include "delivery/intimail-vacation-senders-private.h"
#include "directory/intimail-person-private.h"

/* Of a subject that is repeated. */
#define MAX_SUBJECT 200

/* ---- Who gets none ---- */

/* Of a program, and not of a person (RFC 3834 section 2, RFC 5230 section 4.6). */
static gboolean
is_system_address (const char *address)
{
  static const char *const names[] = { "mailer-daemon", "listserv", "majordomo", "postmaster", "noreply", "no-reply", "donotreply" };
  static const char *const endings[] = { "-request", "-bounces", "-owner", "-errors" };
  const char *at = strrchr (address, '@');
  g_autofree char *local = g_ascii_strdown (address, at != NULL ? at - address : -1);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (local, names[i]))
      return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (local, endings[i]))
      return TRUE;

  /* A list's sender may name who gets it: list-bounces+anna=home.example. */
  return g_str_has_prefix (local, "owner-") || strstr (local, "-bounces+") != NULL || g_str_has_prefix (local, "bounce+") ||
         g_str_has_prefix (local, "bounces+") || g_str_has_prefix (local, "prvs=bounce");
}

static gboolean
is_of_list (const IntimailRuleView *view)
{
  static const char *const names[] = { "List-Id", "List-Help", "List-Subscribe", "List-Unsubscribe",
                                       "List-Post", "List-Owner", "List-Archive", "Mailing-List" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (intimail_rule_view_count (view, names[i]) > 0)
      return TRUE;

  return FALSE;
}

/* Whether some field of that name begins with one of @words, or has it anywhere. */
static gboolean
says (const IntimailRuleView *view, const char *name, const char *const *words, gboolean anywhere)
{
  g_autofree char *text = NULL;

  for (guint i = 0; (text = intimail_rule_view_read (view, name, i)) != NULL; i++)
    {
      g_autofree char *lower = g_ascii_strdown (text, -1);

      for (gsize j = 0; words[j] != NULL; j++)
        if (anywhere ? strstr (lower, words[j]) != NULL : g_str_has_prefix (lower, words[j]))
          return TRUE;
      g_clear_pointer (&text, g_free);
    }

  return FALSE;
}

/* "no", which a comment or a parameter may follow, is said by people's programs. */
static gboolean
is_automatic (const IntimailRuleView *view)
{
  g_autofree char *text = NULL;

  for (guint i = 0; (text = intimail_rule_view_read (view, "Auto-Submitted", i)) != NULL; i++)
    {
      if (g_ascii_strncasecmp (text, "no", 2) != 0 || g_ascii_isalnum (text[2]) || text[2] == '-')
        return TRUE;
      g_clear_pointer (&text, g_free);
    }

  return FALSE;
}

/* The address of the person's that the message was sent to; NULL when there is none. */
static char *
find_own_address (IntimailPerson *person, const IntimailRuleView *view)
{
  static const char *const names[] = { "To", "Cc", "Bcc", "Resent-To", "Resent-Cc" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GPtrArray) addresses = intimail_rule_view_read_addresses (view, names[i]);

      for (guint j = 0; j < addresses->len; j++)
        if (intimail_person_owns_address (person, intimail_address_get_email (addresses->pdata[j])))
          return g_strdup (intimail_address_get_email (addresses->pdata[j]));
    }

  return NULL;
}

const char *
intimail_vacation_find_obstacle (IntimailVacation *vacation,
                                 IntimailPerson *person,
                                 const char *sender,
                                 const IntimailRuleView *view,
                                 gint64 now)
{
  static const char *const bulk[] = { "bulk", "list", "junk", NULL };
  static const char *const suppressed[] = { "all", "oof", "autoreply", NULL };
  static const char *const reports[] = { "multipart/report", NULL };
  g_autofree char *key = intimail_person_make_address_key (sender);
  g_autofree char *own = NULL;

  if (!vacation->enabled)
    return "it is switched off";
  if (!intimail_vacation_is_active (vacation, now))
    return "it is outside of its period";
  if (*sender == '\0')
    return "the message has no sender that could get an answer";
  if (key == NULL)
    return "the sender is no address";
  if (is_system_address (sender))
    return "the sender is a program";
  if (intimail_person_owns_address (person, sender))
    return "it is a message to oneself";
  if (is_of_list (view))
    return "it is mail of a list";
  if (is_automatic (view) || says (view, "Content-Type", reports, FALSE))
    return "a program wrote it (Auto-Submitted)";
  if (says (view, "Precedence", bulk, FALSE))
    return "it is bulk mail (Precedence)";
  if (says (view, "X-Auto-Response-Suppress", suppressed, TRUE))
    return "it wants no automatic answer (X-Auto-Response-Suppress)";
  own = find_own_address (person, view);

  return own == NULL ? "none of the person's addresses is in To or Cc" : NULL;
}

/* ---- The answer ---- */

static char *
make_subject (const IntimailVacation *vacation, const IntimailRuleView *view)
{
  g_autofree char *subject = *vacation->subject == '\0' ? intimail_rule_view_read (view, "Subject", 0) : NULL;
  g_autofree char *valid = NULL;

  if (*vacation->subject != '\0')
    return g_strdup (vacation->subject);
  valid = g_utf8_make_valid (subject != NULL ? subject : "", subject != NULL ? (gssize) strnlen (subject, MAX_SUBJECT) : 0);
  for (char *c = valid; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      *c = ' ';

  return g_strconcat ("Auto: ", g_strstrip (valid), NULL);
}

static const char *
get_text (const IntimailVacation *vacation, IntimailSite *site)
{
  if (*vacation->text != '\0' || *vacation->html != '\0')
    return *vacation->text != '\0' ? vacation->text : NULL;
  if (g_str_equal (intimail_site_get_language (site), "fr"))
    return "Je suis absent et lirai votre message à mon retour.\n\n(Réponse automatique)\n";

  return "I am away and will read your message when I am back.\n\n(Automatic answer)\n";
}

static IntimailAddress *
make_own_address (IntimailPerson *person, const IntimailRuleView *view, GError **error)
{
  g_autofree char *own = find_own_address (person, view);
  g_autoptr (IntimailAddress) bare = intimail_address_parse (own != NULL ? own : intimail_person_get_mail (person), error);
  IntimailAddress *named;

  if (bare == NULL)
    return NULL;
  named = intimail_address_new (intimail_person_get_display_name (person), intimail_address_get_local_part (bare),
                                intimail_address_get_domain (bare), NULL);

  return named != NULL ? named : g_steal_pointer (&bare);
}

static GBytes *
compose (IntimailVacation *vacation,
         IntimailSite *site,
         IntimailPerson *person,
         const char *sender,
         const IntimailRuleView *view,
         GBytes *message,
         GError **error)
{
  g_autoptr (IntimailComposer) composer = intimail_composer_new ();
  g_autoptr (IntimailAddress) from = make_own_address (person, view, error);
  IntimailAddress *to = from != NULL ? intimail_address_parse (sender, error) : NULL;
  g_autoptr (GPtrArray) recipients = g_ptr_array_new_with_free_func ((GDestroyNotify) intimail_address_unref);
  g_autoptr (IntimailMessage) original = NULL;
  g_autofree char *subject = make_subject (vacation, view);

  if (to == NULL)
    return NULL;
  g_ptr_array_add (recipients, to);
  original = intimail_message_new_from_bytes (message, error);
  if (original == NULL)
    return NULL;
  intimail_composer_set_from (composer, from);
  intimail_composer_set_addresses (composer, "To", recipients);
  intimail_composer_set_reply_to_message (composer, original);
  intimail_composer_set_text (composer, get_text (vacation, site));
  if (*vacation->html != '\0')
    intimail_composer_set_html (composer, vacation->html);
  if (!intimail_composer_set_field (composer, "Subject", subject, error) ||
      !intimail_composer_set_field (composer, "Auto-Submitted", "auto-replied", error) ||
      !intimail_composer_set_field (composer, "X-Auto-Response-Suppress", "All", error))
    return NULL;

  return intimail_composer_build (composer, intimail_site_get_hostname (site), error);
}

void
intimail_vacation_reply (IntimailVacation *vacation,
                         IntimailSite *site,
                         IntimailPerson *person,
                         IntimailAccount *account,
                         const char *sender,
                         const IntimailRuleView *view,
                         GBytes *message,
                         gint64 now,
                         GCancellable *cancellable)
{
  g_autoptr (IntimailTransport) transport = intimail_transport_new (site);
  g_autofree char *key = intimail_person_make_address_key (sender);
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GError) error = NULL;
  gboolean had = FALSE;

  /* Noted before: a kill in between costs an answer, and never makes two. */
  if (intimail_vacation_senders_check (account, vacation, key, now, TRUE, &had, &error) && had)
    return;
  if (error == NULL)
    answer = compose (vacation, site, person, sender, view, message, &error);
  if (answer != NULL && intimail_transport_send (transport, "", (const char *const[]){ sender, NULL }, answer, cancellable, &error))
    return;
  g_message ("%s: a sender gets no answer of the vacation: %s", intimail_person_get_uid (person), error->message);
  /* Where nobody knows, it may have got away. */
  if (!had && !g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_UNCERTAIN))
    intimail_vacation_senders_forget (account, vacation, key);
}
