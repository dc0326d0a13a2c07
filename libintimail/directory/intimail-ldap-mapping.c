/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "directory/intimail-ldap-mapping-private.h"

#include <string.h>

#include "directory/intimail-ldap-connection-private.h"

#define SECONDS_PER_DAY 86400

/* From 1601 to 1970. */
#define WINDOWS_EPOCH G_GINT64_CONSTANT (11644473600)
#define WINDOWS_TICKS 10000000

/* An option (RFC 4512 section 2.5) for what the server has, beside what we read. */
#define RAW ";raw"

/* Attributes of people and groups that have the same name everywhere. */
static const char *const person_names[] = { "objectClass", "cn", "sn", NULL };
static const char *const group_names[] = { "objectClass", "gidNumber", NULL };

static gboolean
is_of_group (guint attribute)
{
  return attribute >= INTIMAIL_LDAP_FIRST_OF_GROUP;
}

const char **
intimail_ldap_mapping_list_names (const IntimailLdapSettings *settings, gboolean of_group)
{
  const char *const *fixed = of_group ? group_names : person_names;
  GPtrArray *list = g_ptr_array_new ();

  for (guint i = 0; i < INTIMAIL_LDAP_N_ATTRIBUTES; i++)
    for (gsize j = 0; is_of_group (i) == of_group && settings->attributes[i][j] != NULL; j++)
      g_ptr_array_add (list, settings->attributes[i][j]);
  for (gsize i = 0; fixed[i] != NULL; i++)
    g_ptr_array_add (list, (char *) fixed[i]);
  g_ptr_array_add (list, NULL);

  return (const char **) g_ptr_array_free (list, FALSE);
}

static gboolean
has_word (char **words, const char *word)
{
  for (gsize i = 0; words[i] != NULL; i++)
    if (g_ascii_strcasecmp (words[i], word) == 0)
      return TRUE;

  return FALSE;
}

/* What is not known stays as it is, and is a mistake to whoever reads it. */
static char *
read_status (const IntimailLdapSettings *settings, const char *value)
{
  guint64 bits;

  if (settings->status_bit != 0 && g_ascii_string_to_unsigned (value, 10, 0, G_MAXUINT64, &bits, NULL))
    return g_strdup ((bits & settings->status_bit) != 0 ? "disabled" : "active");
  if (has_word (settings->status_disabled, value))
    return g_strdup ("disabled");
  if (has_word (settings->status_active, value))
    return g_strdup ("active");

  return g_strdup (value);
}

static char *
read_expiry (const IntimailLdapSettings *settings, const char *value)
{
  gint64 number;
  g_autoptr (GDateTime) time = NULL;

  if (settings->expiry_format == INTIMAIL_LDAP_TIME_GENERALIZED ||
      !g_ascii_string_to_signed (value, 10, G_MININT64, G_MAXINT64, &number, NULL))
    return g_strdup (value);
  /* Both mean never. */
  if (settings->expiry_format == INTIMAIL_LDAP_TIME_WINDOWS && (number == 0 || number == G_MAXINT64))
    return g_strdup ("");
  if (settings->expiry_format == INTIMAIL_LDAP_TIME_WINDOWS)
    number = number / WINDOWS_TICKS - WINDOWS_EPOCH;
  else if (settings->expiry_format == INTIMAIL_LDAP_TIME_DAYS)
    number = number < 0 || number > G_MAXINT32 ? 0 : number * SECONDS_PER_DAY;
  time = number > 0 ? g_date_time_new_from_unix_utc (number) : NULL;

  return time != NULL ? g_date_time_format (time, "%Y%m%d%H%M%SZ") : g_strdup ("");
}

static char *
read_quota (const IntimailLdapSettings *settings, const char *value)
{
  guint64 number;
  guint64 bytes;

  if (!g_ascii_string_to_unsigned (value, 10, 0, G_MAXINT64, &number, NULL) ||
      !g_uint64_checked_mul (&bytes, number, settings->quota_unit))
    return g_strdup (value);

  return g_strdup_printf ("%" G_GUINT64_FORMAT, bytes);
}

/* Without its prefix; NULL when it has another one: "x500:...". */
static char *
read_alias (const IntimailLdapSettings *settings, const char *value)
{
  gsize length = strlen (settings->alias_prefix);

  return g_ascii_strncasecmp (value, settings->alias_prefix, length) == 0 ? g_strdup (value + length) : NULL;
}

/* A UUID as text, or the 16 bytes of an objectGUID, whose first parts are little
 * endian ([MS-DTYP] section 2.3.4.2). */
static char *
read_uuid (const IntimailLdifValue *value)
{
  const guchar *b = (const guchar *) value->value;

  if (value->length != 16)
    return g_strdup (value->value);

  return g_strdup_printf ("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
                          b[3], b[2], b[1], b[0], b[5], b[4], b[7], b[6],
                          b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

static char *
read_value (const IntimailLdapSettings *settings, IntimailLdapAttribute attribute, const IntimailLdifValue *value)
{
  switch (attribute)
    {
    case INTIMAIL_LDAP_PERSON_UUID:
      return read_uuid (value);
    case INTIMAIL_LDAP_PERSON_UID:
    case INTIMAIL_LDAP_GROUP_NAME:
    case INTIMAIL_LDAP_GROUP_OWNER:
      /* Names are compared without case there, and are folders here. */
      return g_ascii_strdown (value->value, -1);
    case INTIMAIL_LDAP_GROUP_MEMBER:
      return settings->members_are_dns ? g_strdup (value->value) : g_ascii_strdown (value->value, -1);
    case INTIMAIL_LDAP_PERSON_ALIAS:
      return read_alias (settings, value->value);
    case INTIMAIL_LDAP_PERSON_QUOTA_BYTES:
      return read_quota (settings, value->value);
    case INTIMAIL_LDAP_PERSON_STATUS:
      return read_status (settings, value->value);
    case INTIMAIL_LDAP_PERSON_EXPIRY:
      return read_expiry (settings, value->value);
    default:
      return g_strdup (value->value);
    }
}

static char *write_value (const IntimailLdapSettings *settings, IntimailLdapAttribute attribute, const char *value);

/* Keeps what the server has beside what we understand, where the way back leads to
 * something else: a change must name the old value to the letter. */
static void
remember (const IntimailLdapSettings *settings,
          IntimailLdapAttribute attribute,
          const IntimailLdifValue *value,
          const char *text,
          IntimailLdifEntry *entry)
{
  g_autofree char *back = write_value (settings, attribute, text);
  g_autofree char *name = g_strconcat (intimail_ldap_settings_get_own_name (attribute), RAW, NULL);

  if (back != NULL && !g_str_equal (back, value->value))
    intimail_ldif_entry_add (entry, name, value->value);
}

/* What the server has for a value that was not changed, or NULL. */
static const char *
recall (const IntimailLdapSettings *settings, IntimailLdapAttribute attribute, const char *text, IntimailLdifEntry *entry)
{
  g_autofree char *name = g_strconcat (intimail_ldap_settings_get_own_name (attribute), RAW, NULL);

  for (guint i = 0; i < entry->values->len; i++)
    {
      const IntimailLdifValue *value = entry->values->pdata[i];
      g_autofree char *read = NULL;

      if (g_ascii_strcasecmp (value->name, name) != 0)
        continue;
      read = read_value (settings, attribute, value);
      if (g_strcmp0 (read, text) == 0)
        return value->value;
    }

  return NULL;
}

static void
read_attribute (const IntimailLdapSettings *settings,
                IntimailLdapAttribute attribute,
                const char *name,
                IntimailLdifEntry *from,
                IntimailLdifEntry *to)
{
  const char *own = intimail_ldap_settings_get_own_name (attribute);

  for (guint i = 0; i < from->values->len; i++)
    {
      const IntimailLdifValue *value = from->values->pdata[i];
      g_autofree char *text = NULL;

      if (g_ascii_strcasecmp (value->name, name) != 0)
        continue;
      text = read_value (settings, attribute, value);
      if (text == NULL || *text == '\0' || strlen (text) > value->length + 64)
        continue;
      /* A main address that is listed among the aliases too is not one of them. */
      if (attribute == INTIMAIL_LDAP_PERSON_ALIAS && intimail_ldif_entry_has (to, "mail", text))
        continue;
      intimail_ldif_entry_add (to, own, text);
      remember (settings, attribute, value, text, to);
    }
}

static void
copy_values (IntimailLdifEntry *from, IntimailLdifEntry *to, const char *name)
{
  for (guint i = 0; i < from->values->len; i++)
    {
      const IntimailLdifValue *value = from->values->pdata[i];

      if (g_ascii_strcasecmp (value->name, name) == 0)
        intimail_ldif_entry_add_bytes (to, name, value->value, value->length);
    }
}

IntimailLdifEntry *
intimail_ldap_mapping_read (const IntimailLdapSettings *settings, gboolean of_group, IntimailLdifEntry *entry)
{
  const char *const *fixed = of_group ? group_names : person_names;
  IntimailLdifEntry *result = intimail_ldif_entry_new (entry->dn);

  for (guint i = 0; i < INTIMAIL_LDAP_N_ATTRIBUTES; i++)
    for (gsize j = 0; is_of_group (i) == of_group && settings->attributes[i][j] != NULL; j++)
      read_attribute (settings, i, settings->attributes[i][j], entry, result);
  for (gsize i = 0; fixed[i] != NULL; i++)
    copy_values (entry, result, fixed[i]);

  return result;
}

static char *
write_expiry (const IntimailLdapSettings *settings, const char *value)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = NULL;
  g_autofree char *iso = NULL;
  gint64 seconds;

  if (settings->expiry_format == INTIMAIL_LDAP_TIME_GENERALIZED)
    return g_strdup (value);
  /* What we wrote: YYYYMMDDHHMMSSZ. */
  iso = strlen (value) == 15 ? g_strdup_printf ("%.8sT%.6sZ", value, value + 8) : NULL;
  time = iso != NULL ? g_date_time_new_from_iso8601 (iso, utc) : NULL;
  if (time == NULL)
    return g_strdup (value);
  seconds = g_date_time_to_unix (time);
  if (settings->expiry_format == INTIMAIL_LDAP_TIME_WINDOWS)
    seconds = (seconds + WINDOWS_EPOCH) * WINDOWS_TICKS;
  else if (settings->expiry_format == INTIMAIL_LDAP_TIME_DAYS)
    seconds /= SECONDS_PER_DAY;

  return g_strdup_printf ("%" G_GINT64_FORMAT, seconds);
}

static char *
write_status (const IntimailLdapSettings *settings, const char *value)
{
  char **words = g_ascii_strcasecmp (value, "disabled") == 0 ? settings->status_disabled : settings->status_active;

  return g_strdup (words[0] != NULL ? words[0] : value);
}

/* Rounded up: a quota of less than one unit must not become none. */
static char *
write_quota (const IntimailLdapSettings *settings, const char *value)
{
  guint64 bytes = g_ascii_strtoull (value, NULL, 10);

  return g_strdup_printf ("%" G_GUINT64_FORMAT, bytes / settings->quota_unit + (bytes % settings->quota_unit != 0));
}

static char *
write_value (const IntimailLdapSettings *settings, IntimailLdapAttribute attribute, const char *value)
{
  switch (attribute)
    {
    case INTIMAIL_LDAP_PERSON_UUID:
      return NULL;
    case INTIMAIL_LDAP_PERSON_ALIAS:
      return g_strconcat (settings->alias_prefix, value, NULL);
    case INTIMAIL_LDAP_PERSON_QUOTA_BYTES:
      return write_quota (settings, value);
    case INTIMAIL_LDAP_PERSON_STATUS:
      /* Bits that mean other things are not ours to write. */
      return settings->status_bit != 0 ? NULL : write_status (settings, value);
    case INTIMAIL_LDAP_PERSON_EXPIRY:
      return write_expiry (settings, value);
    default:
      return g_strdup (value);
    }
}

static void
add_new (IntimailLdifEntry *entry, const char *name, const char *value)
{
  if (!intimail_ldif_entry_has (entry, name, value))
    intimail_ldif_entry_add (entry, name, value);
}

/* Whether something of ours is called so there, and is said in @entry. */
static gboolean
is_mapped (const IntimailLdapSettings *settings, gboolean of_group, const char *name, IntimailLdifEntry *entry)
{
  for (guint i = 0; i < INTIMAIL_LDAP_N_ATTRIBUTES; i++)
    if (is_of_group (i) == of_group && settings->attributes[i][0] != NULL &&
        g_ascii_strcasecmp (settings->attributes[i][0], name) == 0 &&
        intimail_ldif_entry_get (entry, intimail_ldap_settings_get_own_name (i)) != NULL)
      return TRUE;

  return FALSE;
}

IntimailLdifEntry *
intimail_ldap_mapping_write (const IntimailLdapSettings *settings, gboolean of_group, IntimailLdifEntry *entry)
{
  const char *const *fixed = of_group ? group_names : person_names;
  IntimailLdifEntry *result = intimail_ldif_entry_new (entry->dn);

  for (gsize i = 0; fixed[i] != NULL; i++)
    if (!is_mapped (settings, of_group, fixed[i], entry))
      copy_values (entry, result, fixed[i]);
  for (guint i = 0; i < INTIMAIL_LDAP_N_ATTRIBUTES; i++)
    {
      const char *name = settings->attributes[i][0];
      g_autofree const char **values = NULL;

      if (is_of_group (i) != of_group || name == NULL)
        continue;
      values = intimail_ldif_entry_list (entry, intimail_ldap_settings_get_own_name (i));
      for (gsize j = 0; values[j] != NULL; j++)
        {
          const char *old = recall (settings, i, values[j], entry);
          g_autofree char *text = old != NULL ? g_strdup (old) : write_value (settings, i, values[j]);

          if (text != NULL)
            add_new (result, name, text);
        }
    }

  return result;
}

static void
modification_free (gpointer data)
{
  IntimailLdapModification *modification = data;

  g_strfreev (modification->removed);
  g_strfreev (modification->added);
  g_free (modification);
}

/* The values of @name in @entry that are not in @other, to the letter: what was
 * written in capitals may be written in small letters. */
static char **
subtract (IntimailLdifEntry *entry, IntimailLdifEntry *other, const char *name)
{
  g_autofree const char **values = intimail_ldif_entry_list (entry, name);
  g_autofree const char **others = intimail_ldif_entry_list (other, name);
  g_autoptr (GStrvBuilder) rest = g_strv_builder_new ();

  for (gsize i = 0; values[i] != NULL; i++)
    if (!g_strv_contains (others, values[i]))
      g_strv_builder_add (rest, values[i]);

  return g_strv_builder_end (rest);
}

static void
compare_names (GPtrArray *modifications, IntimailLdifEntry *names, IntimailLdifEntry *before, IntimailLdifEntry *after)
{
  for (guint i = 0; i < names->values->len; i++)
    {
      const IntimailLdifValue *value = names->values->pdata[i];
      IntimailLdapModification *modification = g_new0 (IntimailLdapModification, 1);
      gboolean is_seen = FALSE;

      modification->attribute = value->name;
      modification->removed = subtract (before, after, value->name);
      modification->added = subtract (after, before, value->name);
      for (guint j = 0; j < modifications->len && !is_seen; j++)
        is_seen = g_ascii_strcasecmp (((IntimailLdapModification *) modifications->pdata[j])->attribute, value->name) == 0;
      if (is_seen || (modification->removed[0] == NULL && modification->added[0] == NULL))
        modification_free (modification);
      else
        g_ptr_array_add (modifications, modification);
    }
}

GPtrArray *
intimail_ldap_mapping_compare (IntimailLdifEntry *before, IntimailLdifEntry *after)
{
  GPtrArray *modifications = g_ptr_array_new_with_free_func (modification_free);

  compare_names (modifications, before, before, after);
  compare_names (modifications, after, before, after);

  return modifications;
}
