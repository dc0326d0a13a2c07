/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * People as a table: out of a directory, and all or none of them into it.
 */

#include <intimail/intimail-directory.h>

#include <string.h>

#include <intimail/intimail-error.h>

#include "directory/intimail-csv-private.h"
#include "directory/intimail-ldif-mapping-private.h"
#include "directory/intimail-newcomer-private.h"
#include "directory/intimail-password-private.h"
#include "directory/intimail-person-private.h"

typedef enum
{
  COLUMN_UID,
  COLUMN_MAIL,
  COLUMN_NAME,
  COLUMN_ALIASES,
  COLUMN_QUOTA_BYTES,
  COLUMN_QUOTA_MESSAGES,
  COLUMN_STATUS,
  COLUMN_EXPIRY,
  COLUMN_PASSWORD, /* comes in, and does not go out */
  N_COLUMNS,
} Column;

static const char *const titles[] = { "uid", "mail", "name", "aliases", "quotaBytes", "quotaMessages", "status", "expiry", "password", NULL };

static char *
format_number (guint64 number)
{
  return number > 0 ? g_strdup_printf ("%" G_GUINT64_FORMAT, number) : g_strdup ("");
}

static void
append_person (GString *text, IntimailPerson *person)
{
  g_autofree char *aliases = g_strjoinv (" ", (char **) intimail_person_get_aliases (person));
  g_autofree char *bytes = format_number (intimail_person_get_quota_bytes (person));
  g_autofree char *messages = format_number (intimail_person_get_quota_messages (person));
  gint64 expiry = intimail_person_get_expiry (person);
  g_autoptr (GDateTime) time = expiry > 0 ? g_date_time_new_from_unix_utc (expiry) : NULL;
  g_autofree char *end = time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ") : g_strdup ("");
  const char *fields[] = {
    intimail_person_get_uid (person),
    intimail_person_get_mail (person),
    intimail_person_get_display_name (person),
    aliases,
    bytes,
    messages,
    intimail_person_get_status (person) == INTIMAIL_PERSON_STATUS_DISABLED ? "disabled" : "active",
    end,
    NULL,
  };

  intimail_csv_append (text, fields);
}

/**
 * intimail_directory_export_people:
 * @self: a directory
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Writes everybody as a table: CSV (RFC 4180) in UTF-8, with the titles `uid`, `mail`,
 * `name`, `aliases` (parted by blanks), `quotaBytes`, `quotaMessages`, `status`
 * (`active` or `disabled`) and `expiry` (`2030-12-31T23:59:59Z`). Passwords are not in it.
 *
 * Fails as [method@Intimail.Directory.list_people] does.
 *
 * Returns: (transfer full): the table
 *
 * Since: 1.0
 */
char *
intimail_directory_export_people (IntimailDirectory *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) people = intimail_directory_list_people (self, cancellable, error);
  const char *columns[N_COLUMNS] = { NULL };
  GString *text;

  if (people == NULL)
    return NULL;
  for (gsize i = 0; i < COLUMN_PASSWORD; i++)
    columns[i] = titles[i];
  text = g_string_new (NULL);
  intimail_csv_append (text, columns);
  for (guint i = 0; i < people->len; i++)
    append_person (text, people->pdata[i]);

  return g_string_free (text, FALSE);
}

/* Where each title stands, -1 for nowhere. */
static gboolean
read_titles (const IntimailCsvRow *row, int *places, GError **error)
{
  for (gsize i = 0; i < N_COLUMNS; i++)
    places[i] = -1;
  for (int i = 0; row->fields[i] != NULL; i++)
    {
      gsize column = 0;

      while (titles[column] != NULL && g_ascii_strcasecmp (titles[column], row->fields[i]) != 0)
        column++;
      if (titles[column] == NULL || places[column] >= 0)
        {
          g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                       "line %u: \"%s\" is %s: take uid, mail, name, aliases, quotaBytes, quotaMessages, status, expiry, password",
                       row->line, row->fields[i], titles[column] == NULL ? "no title" : "there twice");
          return FALSE;
        }
      places[column] = i;
    }
  if (places[COLUMN_UID] >= 0 && places[COLUMN_MAIL] >= 0)
    return TRUE;
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
               "line %u: the first line names the columns, uid and mail among them", row->line);
  return FALSE;
}

static gboolean
read_number (const char *text, const char *title, guint64 *number, GError **error)
{
  *number = 0;
  if (*text == '\0' || g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, number, NULL))
    return TRUE;
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "%s: \"%s\" is not a number of 0 or more", title, text);
  return FALSE;
}

static gboolean
read_end (IntimailPerson *person, const char *status, const char *expiry, GError **error)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = *expiry != '\0' ? g_date_time_new_from_iso8601 (expiry, utc) : NULL;

  if (g_ascii_strcasecmp (status, "disabled") == 0)
    intimail_person_set_status (person, INTIMAIL_PERSON_STATUS_DISABLED);
  else if (*status != '\0' && g_ascii_strcasecmp (status, "active") != 0)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "status: \"%s\" is neither active nor disabled", status);
      return FALSE;
    }
  if (*expiry != '\0' && time == NULL)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                   "expiry: \"%s\" is not like 2030-12-31T23:59:59Z", expiry);
      return FALSE;
    }
  if (time != NULL)
    intimail_person_set_expiry (person, g_date_time_to_unix (time));

  return TRUE;
}

static gboolean
fill_person (IntimailPerson *person, const char *const *values, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (values[COLUMN_ALIASES], " ", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) aliases = NULL;
  guint64 bytes;
  guint64 messages;

  for (gsize i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      g_strv_builder_add (builder, parts[i]);
  aliases = g_strv_builder_end (builder);
  intimail_person_set_aliases (person, (const char *const *) aliases);
  intimail_person_set_display_name (person, values[COLUMN_NAME]);
  if (!read_number (values[COLUMN_QUOTA_BYTES], titles[COLUMN_QUOTA_BYTES], &bytes, error) ||
      !read_number (values[COLUMN_QUOTA_MESSAGES], titles[COLUMN_QUOTA_MESSAGES], &messages, error) ||
      !read_end (person, values[COLUMN_STATUS], values[COLUMN_EXPIRY], error))
    return FALSE;
  intimail_person_set_quota_bytes (person, bytes);
  intimail_person_set_quota_messages (person, messages);

  return intimail_person_check_change (person, error) &&
         (*values[COLUMN_PASSWORD] == '\0' || intimail_password_check_form (values[COLUMN_PASSWORD], error));
}

static IntimailNewcomer *
read_newcomer (const IntimailCsvRow *row, const int *places, guint n_columns, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (IntimailPerson) person = NULL;
  IntimailLdifEntry *entry;
  const char *values[N_COLUMNS];

  if (g_strv_length (row->fields) != n_columns)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "line %u: %u fields, where the first line has %u",
                   row->line, g_strv_length (row->fields), n_columns);
      return NULL;
    }
  for (gsize i = 0; i < N_COLUMNS; i++)
    values[i] = places[i] >= 0 ? row->fields[places[i]] : "";
  person = intimail_person_new (values[COLUMN_UID], values[COLUMN_MAIL]);
  if (!fill_person (person, values, &local_error))
    {
      g_set_error (error, local_error->domain, local_error->code, "line %u: %s", row->line, local_error->message);
      return NULL;
    }
  entry = intimail_ldif_entry_new ("");
  intimail_ldif_entry_set_person (entry, person);

  return intimail_newcomer_new_person (row->line, g_steal_pointer (&person), entry, values[COLUMN_PASSWORD]);
}

static GPtrArray *
read_newcomers (const char *table, GError **error)
{
  g_autoptr (GPtrArray) rows = intimail_csv_parse (table, &intimail_csv_default_limits, error);
  g_autoptr (GPtrArray) newcomers = g_ptr_array_new_with_free_func (intimail_newcomer_free);
  int places[N_COLUMNS];

  if (rows == NULL)
    return NULL;
  if (rows->len == 0)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "line 1: the table is empty");
      return NULL;
    }
  if (!read_titles (rows->pdata[0], places, error))
    return NULL;
  for (guint i = 1; i < rows->len; i++)
    {
      IntimailNewcomer *newcomer = read_newcomer (rows->pdata[i], places, g_strv_length (((IntimailCsvRow *) rows->pdata[0])->fields), error);

      if (newcomer == NULL)
        return NULL;
      g_ptr_array_add (newcomers, newcomer);
    }

  return g_steal_pointer (&newcomers);
}

/**
 * intimail_directory_import_people:
 * @self: a directory
 * @table: a table as [method@Intimail.Directory.export_people] writes it; columns may be
 *   in any order, all but `uid` and `mail` may be missing, and there may be one more:
 *   `password`
 * @n_added: (out) (optional): return location for how many people were added
 * @cancellable: (nullable): a cancellable, heeded until the first person is added
 * @error: return location for an error
 *
 * Adds the people of a table: all of them or nobody. The whole table is looked at
 * before anybody is added, and when something fails after that, those who were added
 * are removed again.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT and the line when something in the table
 * cannot be right, with %INTIMAIL_ERROR_EXISTS when a uid or an address is taken or there
 * twice, with %INTIMAIL_ERROR_TOO_LARGE over 100,000 rows or 10,000 bytes in a field,
 * and as [method@Intimail.Directory.add_person] does.
 *
 * Returns: %TRUE when all of them are on the disk
 *
 * Since: 1.0
 */
gboolean
intimail_directory_import_people (IntimailDirectory *self,
                                  const char *table,
                                  guint *n_added,
                                  GCancellable *cancellable,
                                  GError **error)
{
  g_autoptr (GPtrArray) newcomers = NULL;

  g_return_val_if_fail (INTIMAIL_IS_DIRECTORY (self), FALSE);
  g_return_val_if_fail (table != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  newcomers = read_newcomers (table, error);
  if (newcomers == NULL || !intimail_newcomer_add_all (self, newcomers, cancellable, error))
    return FALSE;
  if (n_added != NULL)
    *n_added = newcomers->len;

  return TRUE;
}
