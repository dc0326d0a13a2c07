/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * BigFile/get, /changes, /set and /detach: files that mail links to. They are ours, under a
 * capability of our own; see docs/reference/jmap.md.
 */

#include <intimail/intimail-account-big-file.h>
#include <intimail/intimail-error.h>
#include <intimail/intimail-person.h>
#include <intimail/intimail-site.h>

#include "base/intimail-secret-private.h"
#include "jmap/intimail-jmap-args-private.h"
#include "jmap/intimail-jmap-changes-private.h"
#include "jmap/intimail-jmap-get-private.h"
#include "jmap/intimail-jmap-methods-private.h"
#include "jmap/intimail-jmap-set-private.h"

#define DAY (24 * 60 * 60)
#define MAX_SIZE_NAME 1024
#define MAX_DOWNLOADS 1000000

static const char *const get_properties[] = {
  "id", "name", "type", "size", "url", "createdAt", "expiresAt", "hasPassword", "maxDownloads", "downloads", "isDetached", NULL
};

/* A blob and a password are told to us and never by us. */
static const char *const set_properties[] = {
  "id", "name", "type", "size", "url", "createdAt", "expiresAt", "hasPassword", "maxDownloads", "downloads", "isDetached",
  "blobId", "password", NULL
};

static const char *const server_set[] = { "id", "size", "url", "createdAt", "hasPassword", "downloads", "isDetached", NULL };

static void
add_date (JsonObject *record, const char *name, gint64 seconds)
{
  g_autofree char *text = seconds != 0 ? intimail_jmap_utc_date_format (seconds) : NULL;

  intimail_jmap_object_set_string_or_null (record, name, text);
}

/* All properties that are told. */
static JsonObject *
describe (IntimailJmapContext *context, IntimailBigFile *file, GError **error)
{
  g_autofree char *url = intimail_site_make_big_file_link (context->site, file, error);
  JsonObject *record;

  if (url == NULL)
    return NULL;
  record = json_object_new ();
  json_object_set_string_member (record, "id", intimail_big_file_get_id (file));
  json_object_set_string_member (record, "name", intimail_big_file_get_name (file));
  json_object_set_string_member (record, "type", intimail_big_file_get_content_type (file));
  json_object_set_int_member (record, "size", (gint64) intimail_big_file_get_size (file));
  json_object_set_string_member (record, "url", url);
  add_date (record, "createdAt", intimail_big_file_get_created (file));
  add_date (record, "expiresAt", intimail_big_file_get_expires (file));
  json_object_set_boolean_member (record, "hasPassword", intimail_big_file_has_password (file));
  if (intimail_big_file_get_max_downloads (file) > 0)
    json_object_set_int_member (record, "maxDownloads", intimail_big_file_get_max_downloads (file));
  else
    json_object_set_null_member (record, "maxDownloads");
  json_object_set_int_member (record, "downloads", intimail_big_file_get_n_downloads (file));
  json_object_set_boolean_member (record, "isDetached", intimail_big_file_is_detached (file));

  return record;
}

static GPtrArray *
list_ids (IntimailJmapContext *context, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) files = intimail_account_list_big_files (context->account, NULL, error);
  GPtrArray *ids;

  if (files == NULL)
    return NULL;
  ids = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < files->len; i++)
    g_ptr_array_add (ids, g_strdup (intimail_big_file_get_id (files->pdata[i])));

  return ids;
}

static JsonObject *
make_record (IntimailJmapContext *context, const char *id, GHashTable *properties, gpointer data, GError **error)
{
  g_autoptr (IntimailBigFile) file = intimail_account_lookup_big_file (context->account, id, NULL, error);

  return file != NULL ? describe (context, file, error) : NULL;
}

static const IntimailJmapGetType get_type = {
  .state_type = INTIMAIL_CHANGE_TYPE_BIG_FILE,
  .properties = get_properties,
  .list = list_ids,
  .make = make_record,
};

JsonObject *
intimail_jmap_big_file_get (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  return intimail_jmap_get_run (&get_type, context, arguments, NULL, error);
}

JsonObject *
intimail_jmap_big_file_changes (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  return intimail_jmap_changes_run (context, arguments, INTIMAIL_CHANGE_TYPE_BIG_FILE, NULL, error);
}

/* FALSE with a SetError. An absent text is NULL. */
static gboolean
get_text (JsonObject *record, const char *property, const char **text, JsonObject **set_error)
{
  JsonNode *node = json_object_get_member (record, property);

  *text = intimail_jmap_node_get_string (node);
  if (*text != NULL || intimail_jmap_node_is_null (node))
    return TRUE;
  *set_error = intimail_jmap_set_error_new_property (property, "must be a string");

  return FALSE;
}

/* Until when: a date, or null for ever. */
static gboolean
take_end (JsonObject *record, IntimailBigFile *file, JsonObject **set_error)
{
  JsonNode *node = json_object_get_member (record, "expiresAt");
  const char *text = intimail_jmap_node_get_string (node);
  gint64 seconds = 0;

  if (!intimail_jmap_node_is_null (node) && (text == NULL || !intimail_jmap_utc_date_parse (text, &seconds)))
    {
      *set_error = intimail_jmap_set_error_new_property ("expiresAt", "must be a UTCDate or null");
      return FALSE;
    }
  intimail_big_file_set_expires (file, text != NULL ? MAX (seconds, 1) : 0);

  return TRUE;
}

static gboolean
take_max_downloads (JsonObject *record, IntimailBigFile *file, JsonObject **set_error)
{
  JsonNode *node = json_object_get_member (record, "maxDownloads");
  gint64 number = 0;

  if (!intimail_jmap_node_is_null (node) && (!intimail_jmap_node_get_integer (node, &number) || number < 1 || number > MAX_DOWNLOADS))
    {
      *set_error = intimail_jmap_set_error_new_property ("maxDownloads", "must be a number from 1, or null");
      return FALSE;
    }
  intimail_big_file_set_max_downloads (file, (guint) number);

  return TRUE;
}

static gboolean
take_password (IntimailJmapContext *context, const char *password, IntimailBigFile *file, JsonObject **set_error)
{
  g_autoptr (GError) error = NULL;

  if (intimail_site_set_big_file_password (context->site, file, password, &error))
    return TRUE;
  *set_error = g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT)
                   ? intimail_jmap_set_error_new_property ("password", error->message)
                   : intimail_jmap_set_error_new_from (error);

  return FALSE;
}

static void
set_sender (IntimailJmapContext *context, IntimailBigFile *file)
{
  const char *name = intimail_person_get_display_name (context->person);
  const char *mail = intimail_person_get_mail (context->person);
  g_autofree char *sender = name != NULL && *name != '\0' ? g_strdup_printf ("%s <%s>", name, mail) : g_strdup (mail);

  intimail_big_file_set_sender (file, sender);
}

/* What is wanted; NULL with a SetError. */
static IntimailBigFile *
read_wish (IntimailJmapContext *context, JsonObject *properties, JsonObject **set_error)
{
  guint days = intimail_site_get_big_days (context->site);
  g_autoptr (IntimailBigFile) file = NULL;
  const char *name;
  const char *type;
  const char *password;

  if (!get_text (properties, "name", &name, set_error) || !get_text (properties, "type", &type, set_error) ||
      !get_text (properties, "password", &password, set_error))
    return NULL;
  if (name == NULL || *name == '\0' || strlen (name) > MAX_SIZE_NAME)
    {
      *set_error = intimail_jmap_set_error_new_property ("name", "must be a name, and not too long");
      return NULL;
    }
  file = intimail_big_file_new (name, type);
  set_sender (context, file);
  if (json_object_has_member (properties, "expiresAt"))
    {
      if (!take_end (properties, file, set_error))
        return NULL;
    }
  else if (days > 0)
    intimail_big_file_set_expires (file, g_get_real_time () / G_USEC_PER_SEC + (gint64) days * DAY);

  return take_max_downloads (properties, file, set_error) && take_password (context, password, file, set_error)
             ? g_steal_pointer (&file)
             : NULL;
}

static JsonObject *
create_file (IntimailJmapContext *context, JsonObject *properties, gpointer data, JsonObject **set_error)
{
  g_autoptr (IntimailBigFile) file = NULL;
  g_autoptr (GError) error = NULL;
  const char *blob_id;
  JsonObject *record = NULL;

  if (!get_text (properties, "blobId", &blob_id, set_error))
    return NULL;
  if (blob_id == NULL)
    {
      *set_error = intimail_jmap_set_error_new_property ("blobId", "says which bytes are meant");
      return NULL;
    }
  file = read_wish (context, properties, set_error);
  if (file == NULL)
    return NULL;
  if (intimail_account_add_big_file_from_blob (context->account, file, blob_id, NULL, &error))
    record = describe (context, file, &error);
  if (g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
    *set_error = intimail_jmap_set_error_new ("blobNotFound", NULL);
  else if (record == NULL)
    *set_error = intimail_jmap_set_error_new_from (error);

  return record;
}

static JsonObject *
load_file (IntimailJmapContext *context, const char *id, JsonObject *patch, gpointer data, JsonObject **set_error)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailBigFile) file = intimail_account_lookup_big_file (context->account, id, NULL, &error);
  JsonObject *record = file != NULL ? describe (context, file, &error) : NULL;

  if (record == NULL)
    *set_error = intimail_jmap_set_error_new_from (error);
  /* TRUE is no password that a client can send: one that is there, and stays. */
  else if (intimail_big_file_has_password (file))
    json_object_set_boolean_member (record, "password", TRUE);

  return record;
}

static gboolean
is_unchanged (JsonObject *current, JsonObject *next, const char *property, JsonObject **set_error)
{
  JsonNode *before = json_object_get_member (current, property);
  JsonNode *after = json_object_get_member (next, property);

  if (before == NULL ? intimail_jmap_node_is_null (after) : after != NULL && json_node_equal (before, after))
    return TRUE;
  *set_error = intimail_jmap_set_error_new_property (property, "cannot be changed");

  return FALSE;
}

/* A new one, none, or the one that is there. */
static gboolean
change_password (IntimailJmapContext *context, JsonObject *current, JsonObject *next, IntimailBigFile *file, JsonObject **set_error)
{
  JsonNode *before = json_object_get_member (current, "password");
  JsonNode *after = json_object_get_member (next, "password");
  const char *password;

  if (before != NULL && after != NULL && json_node_equal (before, after))
    return TRUE;

  return get_text (next, "password", &password, set_error) && take_password (context, password, file, set_error);
}

static gboolean
update_file (IntimailJmapContext *context,
             const char *id,
             JsonObject *current,
             JsonObject *next,
             JsonObject **changed,
             gpointer data,
             JsonObject **set_error)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailBigFile) file = intimail_account_lookup_big_file (context->account, id, NULL, &error);

  if (file == NULL)
    {
      *set_error = intimail_jmap_set_error_new_from (error);
      return FALSE;
    }
  if (!is_unchanged (current, next, "name", set_error) || !is_unchanged (current, next, "type", set_error) ||
      !is_unchanged (current, next, "blobId", set_error) || !take_end (next, file, set_error) ||
      !take_max_downloads (next, file, set_error) || !change_password (context, current, next, file, set_error))
    return FALSE;
  if (!intimail_account_update_big_file (context->account, file, NULL, &error))
    {
      *set_error = intimail_jmap_set_error_new_from (error);
      return FALSE;
    }
  if (intimail_big_file_has_password (file) != json_object_get_boolean_member (current, "hasPassword"))
    {
      *changed = json_object_new ();
      json_object_set_boolean_member (*changed, "hasPassword", intimail_big_file_has_password (file));
    }

  return TRUE;
}

static gboolean
destroy_file (IntimailJmapContext *context, const char *id, gpointer data, JsonObject **set_error)
{
  g_autoptr (GError) error = NULL;

  if (intimail_account_remove_big_file (context->account, id, NULL, &error))
    return TRUE;
  *set_error = intimail_jmap_set_error_new_from (error);

  return FALSE;
}

static const IntimailJmapSetType set_type = {
  .state_type = INTIMAIL_CHANGE_TYPE_BIG_FILE,
  .properties = set_properties,
  .server_set = server_set,
  .create = create_file,
  .load = load_file,
  .update = update_file,
  .destroy = destroy_file,
};

JsonObject *
intimail_jmap_big_file_set (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  return intimail_jmap_set_run (&set_type, context, arguments, NULL, error);
}

/* What the client may have got wrong is told as such. */
static void
set_detach_error (GError **error, GError *cause)
{
  if (g_error_matches (cause, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
    g_set_error_literal (error, INTIMAIL_JMAP_ERROR, INTIMAIL_JMAP_ERROR_INVALID_ARGUMENTS, cause->message);
  else if (g_error_matches (cause, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED))
    g_set_error_literal (error, INTIMAIL_JMAP_ERROR, INTIMAIL_JMAP_ERROR_FORBIDDEN, cause->message);
  else
    g_propagate_error (error, g_error_copy (cause));
}

JsonObject *
intimail_jmap_big_file_detach (IntimailJmapContext *context, JsonObject *arguments, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (IntimailBigFile) file = NULL;
  g_autofree char *link_start = intimail_site_get_big_file_link_start (context->site);
  g_autofree char *new_id = NULL;
  const char *email_id;
  const char *part_id;
  JsonObject *record;
  JsonObject *answer;

  if (!intimail_jmap_args_require_string (arguments, "emailId", &email_id, error) ||
      !intimail_jmap_args_require_string (arguments, "partId", &part_id, error))
    return NULL;
  new_id = intimail_account_detach_part (context->account, email_id, part_id, link_start, &file, NULL, &local_error);
  if (new_id == NULL)
    {
      set_detach_error (error, local_error);
      return NULL;
    }
  record = describe (context, file, error);
  if (record == NULL)
    return NULL;
  answer = json_object_new ();
  json_object_set_string_member (answer, "accountId", context->account_id);
  json_object_set_string_member (answer, "emailId", new_id);
  json_object_set_object_member (answer, "bigFile", record);

  return answer;
}
