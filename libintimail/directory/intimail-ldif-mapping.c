/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "directory/intimail-ldif-mapping-private.h"

#include <stdlib.h>
#include <string.h>

#include <intimail/intimail-error.h>

#include "directory/intimail-app-password-private.h"
#include "directory/intimail-group-private.h"
#include "directory/intimail-person-private.h"
#include "directory/intimail-second-factor-private.h"
#include "directory/intimail-temporary-alias-private.h"

/* By the numbers of IntimailGroupPosters. */
static const char *const posters[] = { "anyone", "members", "owners" };

static gboolean
fail (IntimailLdifEntry *entry, const char *attribute, const char *name, const char *what, GError **error)
{
  const IntimailLdifValue *value = attribute != NULL ? intimail_ldif_entry_get (entry, attribute) : NULL;
  guint line = value != NULL ? value->line : entry->line;

  /* An entry that is in no file has no lines. */
  if (line == 0)
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "%s: %s", name, what);
  else
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "%s:%u: %s", name, line, what);
  return FALSE;
}

/* The first value without blanks around it, or "". */
static char *
get_text (IntimailLdifEntry *entry, const char *attribute)
{
  const IntimailLdifValue *value = intimail_ldif_entry_get (entry, attribute);

  if (value == NULL || !g_utf8_validate (value->value, (gssize) value->length, NULL))
    return g_strdup ("");

  return g_strstrip (g_strdup (value->value));
}

static char **
get_texts (IntimailLdifEntry *entry, const char *attribute)
{
  g_autofree const char **list = intimail_ldif_entry_list (entry, attribute);
  g_autoptr (GStrvBuilder) texts = g_strv_builder_new ();

  for (gsize i = 0; list[i] != NULL; i++)
    {
      g_autofree char *text = g_strstrip (g_strdup (list[i]));

      if (g_utf8_validate (text, -1, NULL))
        g_strv_builder_add (texts, text);
    }

  return g_strv_builder_end (texts);
}

gboolean
intimail_ldif_entry_is_person (IntimailLdifEntry *entry)
{
  if (intimail_ldif_entry_has (entry, "objectClass", "intimailPerson"))
    return TRUE;

  return intimail_ldif_entry_has (entry, "objectClass", "inetOrgPerson") &&
         intimail_ldif_entry_get (entry, "uid") != NULL &&
         intimail_ldif_entry_get (entry, "mail") != NULL;
}

gboolean
intimail_ldif_entry_is_group (IntimailLdifEntry *entry)
{
  return intimail_ldif_entry_has (entry, "objectClass", "posixGroup") ||
         intimail_ldif_entry_has (entry, "objectClass", "intimailList");
}

static gboolean
read_number (IntimailLdifEntry *entry, const char *attribute, const char *name, guint64 *number, GError **error)
{
  g_autofree char *text = get_text (entry, attribute);
  g_autofree char *what = NULL;

  *number = 0;
  if (*text == '\0' || g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, number, NULL))
    return TRUE;
  what = g_strdup_printf ("%s: \"%s\" is not a number of 0 or more", attribute, text);
  return fail (entry, attribute, name, what, error);
}

static int
take_digits (const char **rest, guint count)
{
  int number = 0;

  for (guint i = 0; i < count; i++)
    {
      if (!g_ascii_isdigit ((*rest)[i]))
        return -1;
      number = number * 10 + g_ascii_digit_value ((*rest)[i]);
    }
  *rest += count;
  return number;
}

/* GeneralizedTime (RFC 4517 section 3.3.13): YYYYMMDDHH[MM[SS]][.f](Z|+HHMM). */
static gboolean
parse_generalized_time (const char *text, gint64 *seconds)
{
  g_autoptr (GTimeZone) zone = NULL;
  g_autoptr (GDateTime) time = NULL;
  const char *rest = text;
  int year = take_digits (&rest, 4);
  int month = year < 0 ? -1 : take_digits (&rest, 2);
  int day = month < 0 ? -1 : take_digits (&rest, 2);
  int hour = day < 0 ? -1 : take_digits (&rest, 2);
  int minute = 0;
  int second = 0;

  if (hour < 0)
    return FALSE;
  if (g_ascii_isdigit (*rest))
    minute = take_digits (&rest, 2);
  if (minute >= 0 && g_ascii_isdigit (*rest))
    second = take_digits (&rest, 2);
  if (minute < 0 || second < 0)
    return FALSE;
  if (*rest == '.' || *rest == ',')
    rest += 1 + strspn (rest + 1, "0123456789");
  if (*rest != 'Z' && *rest != '+' && *rest != '-')
    return FALSE;
  zone = g_time_zone_new_identifier (rest);
  if (zone == NULL)
    return FALSE;
  /* A leap second is not one that an expiry has to wait for. */
  time = g_date_time_new (zone, year, month, day, hour, minute, MIN (second, 59));
  if (time == NULL)
    return FALSE;
  *seconds = g_date_time_to_unix (time);
  return TRUE;
}

static gboolean
read_time (IntimailLdifEntry *entry, const char *attribute, const char *name, gint64 *time, GError **error)
{
  g_autofree char *text = get_text (entry, attribute);
  g_autofree char *what = NULL;

  *time = 0;
  if (*text == '\0' || (parse_generalized_time (text, time) && *time > 0))
    return TRUE;
  what = g_strconcat (attribute, ": not a time like 20301231235959Z", NULL);
  return fail (entry, attribute, name, what, error);
}

/* Expiry and removal. */
static gboolean
read_ends (IntimailLdifEntry *entry, IntimailPerson *person, const char *name, GError **error)
{
  g_autofree char *fate = get_text (entry, "intimailRemovalMail");
  gint64 expiry;
  gint64 removal;

  if (!read_time (entry, "intimailExpiry", name, &expiry, error) ||
      !read_time (entry, "intimailRemoval", name, &removal, error))
    return FALSE;
  if (*fate != '\0' && g_ascii_strcasecmp (fate, "keep") != 0 && g_ascii_strcasecmp (fate, "delete") != 0)
    return fail (entry, "intimailRemovalMail", name, "intimailRemovalMail: neither \"keep\" nor \"delete\"", error);
  intimail_person_set_expiry (person, expiry);
  intimail_person_set_removal (person, removal);
  intimail_person_set_deletes_mail (person, g_ascii_strcasecmp (fate, "delete") == 0);
  return TRUE;
}

static gboolean
read_temporary_aliases (IntimailLdifEntry *entry, IntimailPerson *person, const char *name, GError **error)
{
  g_auto (GStrv) texts = get_texts (entry, "intimailTemporaryAlias");
  g_autoptr (GPtrArray) aliases = NULL;

  if (texts[0] == NULL)
    return TRUE;
  aliases = g_ptr_array_new_with_free_func (g_object_unref);
  for (gsize i = 0; texts[i] != NULL; i++)
    {
      IntimailTemporaryAlias *alias = intimail_temporary_alias_parse (texts[i]);

      if (alias == NULL)
        return fail (entry, "intimailTemporaryAlias", name,
                     "intimailTemporaryAlias: not like \"shop-17@home.example 20301231235959Z a note\"", error);
      g_ptr_array_add (aliases, alias);
    }
  intimail_person_set_temporary_aliases (person, aliases);
  return TRUE;
}

static void
read_places (IntimailLdifEntry *entry, IntimailPerson *person)
{
  g_autofree char *maildir = get_text (entry, "intimailMaildir");
  g_autofree char *host = get_text (entry, "intimailHost");
  g_auto (GStrv) domains = get_texts (entry, "intimailAdminOf");

  intimail_person_set_maildir (person, maildir);
  intimail_person_set_mail_host (person, host);
  intimail_person_set_admin_domains (person, (const char *const *) domains);
}

static gboolean
read_status (IntimailLdifEntry *entry, IntimailPerson *person, const char *name, GError **error)
{
  g_autofree char *text = get_text (entry, "intimailStatus");

  if (g_ascii_strcasecmp (text, "disabled") == 0)
    intimail_person_set_status (person, INTIMAIL_PERSON_STATUS_DISABLED);
  else if (*text != '\0' && g_ascii_strcasecmp (text, "active") != 0)
    return fail (entry, "intimailStatus", name, "intimailStatus: neither \"active\" nor \"disabled\"", error);

  return TRUE;
}

/* A hash of the uid stands in for an entry that was written by hand without an
 * entryUUID: the same at every reading, so that the account keeps its id. */
static void
read_uuid (IntimailLdifEntry *entry, IntimailPerson *person)
{
  g_autofree char *text = get_text (entry, "entryUUID");
  g_autofree char *lower = g_ascii_strdown (text, -1);

  if (!g_uuid_string_is_valid (lower))
    {
      g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, intimail_person_get_uid (person), -1);

      g_free (lower);
      /* Version 8 (RFC 9562 section 5.8): made in a way of our own. */
      lower = g_strdup_printf ("%.8s-%.4s-8%.3s-8%.3s-%.12s", hash, hash + 8, hash + 12, hash + 15, hash + 18);
    }
  intimail_person_set_uuid (person, lower);
}

static void
read_addresses (IntimailLdifEntry *entry, IntimailPerson *person)
{
  g_auto (GStrv) mails = get_texts (entry, "mail");
  g_auto (GStrv) aliases = get_texts (entry, "intimailAlias");
  g_autoptr (GStrvBuilder) all = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  /* "mail" may have many values: the first is the main address. */
  for (gsize i = 1; mails[0] != NULL && mails[i] != NULL; i++)
    g_strv_builder_add (all, mails[i]);
  g_strv_builder_addv (all, (const char **) aliases);
  list = g_strv_builder_end (all);
  intimail_person_set_aliases (person, (const char *const *) list);
}

/* Of the hash of the password and the secret of the codes: FNV-1a, 64 bits. */
static guint64
make_sign_in_stamp (IntimailLdifEntry *entry)
{
  static const char *const names[] = { "userPassword", "intimailSecondFactorSecret" };
  guint64 stamp = G_GUINT64_CONSTANT (0xcbf29ce484222325);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree const char **values = intimail_ldif_entry_list (entry, names[i]);

      for (gsize j = 0; values[j] != NULL; j++)
        for (const char *at = values[j]; at[0] != '\0'; at++)
          stamp = (stamp ^ (guint8) *at) * G_GUINT64_CONSTANT (0x100000001b3);
    }

  return stamp;
}

IntimailPerson *
intimail_ldif_entry_to_person (IntimailLdifEntry *entry, const char *name, GError **error)
{
  g_autofree char *uid = get_text (entry, "uid");
  g_autofree char *mail = get_text (entry, "mail");
  g_autofree char *display_name = get_text (entry, "displayName");
  g_autofree char *cn = get_text (entry, "cn");
  g_autoptr (IntimailPerson) person = intimail_person_new (uid, mail);
  g_autoptr (GError) local_error = NULL;
  guint64 bytes;
  guint64 messages;

  if (*uid == '\0' || *mail == '\0')
    {
      fail (entry, NULL, name, *uid == '\0' ? "the person has no \"uid\"" : "the person has no \"mail\"", error);
      return NULL;
    }
  if (*display_name != '\0')
    intimail_person_set_display_name (person, display_name);
  else if (!g_str_equal (cn, uid))
    intimail_person_set_display_name (person, cn);
  read_addresses (entry, person);
  read_uuid (entry, person);
  read_places (entry, person);
  if (!read_number (entry, "intimailQuotaBytes", name, &bytes, error) ||
      !read_number (entry, "intimailQuotaMessages", name, &messages, error) ||
      !read_status (entry, person, name, error) ||
      !read_ends (entry, person, name, error) ||
      !read_temporary_aliases (entry, person, name, error))
    return NULL;
  intimail_person_set_quota_bytes (person, bytes);
  intimail_person_set_quota_messages (person, messages);
  intimail_person_set_has_second_factor (person, intimail_ldif_entry_has_second_factor (entry));
  intimail_person_set_sign_in_stamp (person, make_sign_in_stamp (entry));
  if (!intimail_person_check (person, &local_error))
    {
      fail (entry, NULL, name, local_error->message, error);
      return NULL;
    }

  return g_steal_pointer (&person);
}

static gboolean
read_posters (IntimailLdifEntry *entry, IntimailGroup *group, const char *name, GError **error)
{
  g_autofree char *text = get_text (entry, "intimailListPosters");

  for (gsize i = 0; i < G_N_ELEMENTS (posters); i++)
    if (g_ascii_strcasecmp (text, posters[i]) == 0)
      {
        intimail_group_set_posters (group, (IntimailGroupPosters) i);
        return TRUE;
      }

  return *text == '\0' ||
         fail (entry, "intimailListPosters", name,
               "intimailListPosters: none of \"anyone\", \"members\" and \"owners\"", error);
}

/* Boolean (RFC 4517 section 3.3.3). */
static gboolean
read_hidden (IntimailLdifEntry *entry, IntimailGroup *group, const char *name, GError **error)
{
  g_autofree char *text = get_text (entry, "intimailListHidden");

  intimail_group_set_hidden (group, g_ascii_strcasecmp (text, "TRUE") == 0);

  return *text == '\0' || intimail_group_get_hidden (group) || g_ascii_strcasecmp (text, "FALSE") == 0 ||
         fail (entry, "intimailListHidden", name, "intimailListHidden: neither \"TRUE\" nor \"FALSE\"", error);
}

IntimailGroup *
intimail_ldif_entry_to_group (IntimailLdifEntry *entry, const char *name, GError **error)
{
  g_autofree char *cn = get_text (entry, "cn");
  g_autofree char *description = get_text (entry, "description");
  g_autofree char *mail = get_text (entry, "intimailListAddress");
  g_auto (GStrv) members = get_texts (entry, "memberUid");
  g_auto (GStrv) addresses = get_texts (entry, "intimailListMember");
  g_auto (GStrv) owners = get_texts (entry, "intimailListOwner");
  g_autoptr (IntimailGroup) group = intimail_group_new (cn);
  g_autoptr (GError) local_error = NULL;

  if (*cn == '\0')
    {
      fail (entry, NULL, name, "the group has no \"cn\"", error);
      return NULL;
    }
  intimail_group_set_description (group, description);
  intimail_group_set_mail (group, mail);
  intimail_group_set_members (group, (const char *const *) members);
  intimail_group_set_member_addresses (group, (const char *const *) addresses);
  intimail_group_set_owners (group, (const char *const *) owners);
  if (!read_posters (entry, group, name, error) || !read_hidden (entry, group, name, error))
    return NULL;
  if (!intimail_group_check (group, &local_error))
    {
      fail (entry, NULL, name, local_error->message, error);
      return NULL;
    }

  return g_steal_pointer (&group);
}

static void
set_number (IntimailLdifEntry *entry, const char *attribute, guint64 number)
{
  g_autofree char *text = number > 0 ? g_strdup_printf ("%" G_GUINT64_FORMAT, number) : g_strdup ("");

  intimail_ldif_entry_set_one (entry, attribute, text);
}

static void
set_class (IntimailLdifEntry *entry, const char *name)
{
  if (!intimail_ldif_entry_has (entry, "objectClass", name))
    intimail_ldif_entry_add (entry, "objectClass", name);
}

/* person demands "cn" and "sn"; where they are there already they stay. */
static void
set_names (IntimailLdifEntry *entry, IntimailPerson *person)
{
  const char *uid = intimail_person_get_uid (person);
  g_autofree char *display_name = g_strstrip (g_strdup (intimail_person_get_display_name (person)));
  g_autofree char *old = get_text (entry, "displayName");
  g_autofree char *cn = get_text (entry, "cn");
  g_autofree char *sn = get_text (entry, "sn");
  const char *last = strrchr (display_name, ' ');

  intimail_ldif_entry_set_one (entry, "displayName", display_name);
  if (*cn == '\0' || g_str_equal (cn, old) || g_str_equal (cn, uid))
    intimail_ldif_entry_set_one (entry, "cn", *display_name != '\0' ? display_name : uid);
  if (*sn == '\0' || g_str_equal (sn, uid))
    intimail_ldif_entry_set_one (entry, "sn", last != NULL ? last + 1 : *display_name != '\0' ? display_name
                                                                                              : uid);
}

void
intimail_ldif_entry_set_time (IntimailLdifEntry *entry, const char *attribute, gint64 seconds)
{
  g_autoptr (GDateTime) time = seconds != 0 ? g_date_time_new_from_unix_utc (seconds) : NULL;
  g_autofree char *text = time != NULL ? g_date_time_format (time, "%Y%m%d%H%M%SZ") : g_strdup ("");

  intimail_ldif_entry_set_one (entry, attribute, text);
}

static void
set_ends (IntimailLdifEntry *entry, IntimailPerson *person)
{
  gint64 removal = intimail_person_get_removal (person);

  intimail_ldif_entry_set_time (entry, "intimailExpiry", intimail_person_get_expiry (person));
  intimail_ldif_entry_set_time (entry, "intimailRemoval", removal);
  intimail_ldif_entry_set_one (entry, "intimailRemovalMail",
                               removal == 0                                ? ""
                               : intimail_person_get_deletes_mail (person) ? "delete"
                                                                           : "keep");
}

static void
set_temporary_aliases (IntimailLdifEntry *entry, IntimailPerson *person)
{
  g_autoptr (GPtrArray) aliases = intimail_person_get_temporary_aliases (person);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < aliases->len; i++)
    g_ptr_array_add (texts, intimail_temporary_alias_format (aliases->pdata[i]));
  g_ptr_array_add (texts, NULL);
  intimail_ldif_entry_set (entry, "intimailTemporaryAlias", (const char *const *) texts->pdata);
}

void
intimail_ldif_entry_set_person (IntimailLdifEntry *entry, IntimailPerson *person)
{
  gboolean disabled = intimail_person_get_status (person) == INTIMAIL_PERSON_STATUS_DISABLED;

  set_class (entry, "inetOrgPerson");
  set_class (entry, "intimailPerson");
  intimail_ldif_entry_set_one (entry, "uid", intimail_person_get_uid (person));
  set_names (entry, person);
  intimail_ldif_entry_set_one (entry, "mail", intimail_person_get_mail (person));
  intimail_ldif_entry_set (entry, "intimailAlias", intimail_person_get_aliases (person));
  set_number (entry, "intimailQuotaBytes", intimail_person_get_quota_bytes (person));
  set_number (entry, "intimailQuotaMessages", intimail_person_get_quota_messages (person));
  if (disabled || intimail_ldif_entry_get (entry, "intimailStatus") != NULL)
    intimail_ldif_entry_set_one (entry, "intimailStatus", disabled ? "disabled" : "active");
  set_ends (entry, person);
  set_temporary_aliases (entry, person);
  intimail_ldif_entry_set_one (entry, "intimailMaildir", intimail_person_get_maildir (person));
  intimail_ldif_entry_set_one (entry, "intimailHost", intimail_person_get_mail_host (person));
  intimail_ldif_entry_set (entry, "intimailAdminOf", intimail_person_get_admin_domains (person));
  intimail_ldif_entry_set_one (entry, "entryUUID", intimail_person_get_uuid (person));
}

void
intimail_ldif_entry_set_group (IntimailLdifEntry *entry, IntimailGroup *group)
{
  set_class (entry, "posixGroup");
  set_class (entry, "intimailList");
  intimail_ldif_entry_set_one (entry, "cn", intimail_group_get_name (group));
  intimail_ldif_entry_set_one (entry, "description", intimail_group_get_description (group));
  intimail_ldif_entry_set_one (entry, "intimailListAddress", intimail_group_get_mail (group));
  intimail_ldif_entry_set (entry, "memberUid", intimail_group_get_members (group));
  intimail_ldif_entry_set (entry, "intimailListMember", intimail_group_get_member_addresses (group));
  intimail_ldif_entry_set (entry, "intimailListOwner", intimail_group_get_owners (group));
  intimail_ldif_entry_set_one (entry, "intimailListPosters",
                               intimail_group_get_posters (group) != INTIMAIL_GROUP_POSTERS_ANYONE
                                   ? posters[intimail_group_get_posters (group)]
                                   : "");
  intimail_ldif_entry_set_one (entry, "intimailListHidden", intimail_group_get_hidden (group) ? "TRUE" : "");
}

gboolean
intimail_ldif_entry_is_app_password (IntimailLdifEntry *entry)
{
  return intimail_ldif_entry_has (entry, "objectClass", INTIMAIL_LDIF_APP_PASSWORD_CLASS);
}

static gint64
get_time (IntimailLdifEntry *entry, const char *attribute)
{
  g_autofree char *text = get_text (entry, attribute);
  gint64 seconds = 0;

  return parse_generalized_time (text, &seconds) ? seconds : 0;
}

IntimailAppPassword *
intimail_ldif_entry_to_app_password (IntimailLdifEntry *entry)
{
  g_autofree char *id = get_text (entry, "cn");
  g_autofree char *name = get_text (entry, "description");
  /* Of slapd's olcLastBind, where it is on. */
  gint64 bound = get_time (entry, "pwdLastSuccess");
  gint64 used = get_time (entry, "intimailLastUse");

  return intimail_app_password_new (id, name, get_time (entry, "intimailCreated"), MAX (bound, used));
}

void
intimail_ldif_entry_set_app_password (IntimailLdifEntry *entry, IntimailAppPassword *app_password)
{
  set_class (entry, INTIMAIL_LDIF_APP_PASSWORD_CLASS);
  intimail_ldif_entry_set_one (entry, "cn", intimail_app_password_get_id (app_password));
  intimail_ldif_entry_set_one (entry, "description", intimail_app_password_get_name (app_password));
  intimail_ldif_entry_set_time (entry, "intimailCreated", intimail_app_password_get_created (app_password));
  intimail_ldif_entry_set_time (entry, "intimailLastUse", intimail_app_password_get_last_use (app_password));
}

gboolean
intimail_ldif_entry_has_second_factor (IntimailLdifEntry *entry)
{
  return intimail_ldif_entry_has (entry, "objectClass", INTIMAIL_LDIF_SECOND_FACTOR_CLASS);
}

IntimailSecondFactor *
intimail_ldif_entry_to_second_factor (IntimailLdifEntry *entry)
{
  g_autofree char *secret = get_text (entry, "intimailSecondFactorSecret");
  g_autofree char *text = get_text (entry, "intimailSecondFactorCounter");
  g_auto (GStrv) hashes = get_texts (entry, "intimailRecoveryCode");
  guint64 counter = 0;

  if (!intimail_ldif_entry_has_second_factor (entry))
    return intimail_second_factor_new (NULL, 0, NULL);
  /* One that somebody broke by hand lets nobody in: its secret fits no code. */
  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &counter, NULL))
    counter = G_MAXINT64;

  return intimail_second_factor_new (secret, counter, (const char *const *) hashes);
}

static void
remove_class (IntimailLdifEntry *entry, const char *name)
{
  g_autofree const char **classes = intimail_ldif_entry_list (entry, "objectClass");
  g_autoptr (GStrvBuilder) rest = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  for (gsize i = 0; classes[i] != NULL; i++)
    if (g_ascii_strcasecmp (classes[i], name) != 0)
      g_strv_builder_add (rest, classes[i]);
  list = g_strv_builder_end (rest);
  intimail_ldif_entry_set (entry, "objectClass", (const char *const *) list);
}

void
intimail_ldif_entry_set_second_factor (IntimailLdifEntry *entry, IntimailSecondFactor *second_factor)
{
  const char *secret = intimail_second_factor_get_secret (second_factor);
  g_autofree char *counter = secret != NULL ? g_strdup_printf ("%" G_GUINT64_FORMAT, intimail_second_factor_get_counter (second_factor))
                                            : g_strdup ("");

  if (secret != NULL)
    set_class (entry, INTIMAIL_LDIF_SECOND_FACTOR_CLASS);
  else
    remove_class (entry, INTIMAIL_LDIF_SECOND_FACTOR_CLASS);
  intimail_ldif_entry_set_one (entry, "intimailSecondFactorSecret", secret != NULL ? secret : "");
  intimail_ldif_entry_set_one (entry, "intimailSecondFactorCounter", counter);
  intimail_ldif_entry_set (entry, "intimailRecoveryCode", intimail_second_factor_get_recovery_hashes (second_factor));
}
