/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The identities: addresses come from the directory, and what the person made of
 * them (name, signatures, reply-to) from the file intimail.identities of the
 * account, a JSON object of id -> changed properties. "email" and "gone" in it say
 * which addresses there were when clients last asked.
 */

#include "jmap/intimail-jmap-identity-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include <intimail/intimail-account.h>
#include <intimail/intimail-error.h>
#include <intimail/intimail-person.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "base/intimail-secret-private.h"
#include "jmap/intimail-jmap-args-private.h"
#include "json/intimail-json-private.h"

/* Some people love large signatures. */
#define MAX_FILE_SIZE (4 * 1024 * 1024)

static const char *const kept_properties[] = {
  "name", "replyTo", "bcc", "textSignature", "htmlSignature"
};

static char *
make_path (IntimailJmapContext *context)
{
  return g_build_filename (intimail_account_get_path (context->account), "intimail.identities", NULL);
}

/* What the file says; empty when there is none. A file that is no JSON object
 * was not made by us: what it says is lost, mail is not. */
static JsonObject *
load_kept (IntimailJmapContext *context, GError **error)
{
  g_autofree char *path = make_path (context);
  g_auto (IntimailFd) fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  g_autofree char *data = NULL;
  g_autoptr (JsonNode) root = NULL;
  gsize length;

  if (fd < 0 && errno == ENOENT)
    return json_object_new ();
  if (fd < 0)
    {
      intimail_set_error_from_errno (error, errno, "cannot open %s", path);
      return NULL;
    }
  if (!intimail_fd_read_all (fd, MAX_FILE_SIZE, &data, &length, error))
    return NULL;
  root = intimail_json_parse (data, length, NULL, NULL);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return json_object_new ();

  return json_object_ref (json_node_get_object (root));
}

static JsonObject *
make_default (IntimailJmapContext *context, const char *id, const char *address)
{
  JsonObject *identity = json_object_new ();
  const char *name = intimail_person_get_display_name (context->person);

  json_object_set_string_member (identity, "id", id);
  json_object_set_string_member (identity, "name", name != NULL ? name : "");
  json_object_set_string_member (identity, "email", address);
  json_object_set_null_member (identity, "replyTo");
  json_object_set_null_member (identity, "bcc");
  json_object_set_string_member (identity, "textSignature", "");
  json_object_set_string_member (identity, "htmlSignature", "");
  json_object_set_boolean_member (identity, "mayDelete", FALSE);

  return identity;
}

static char *
make_id (const char *address)
{
  g_autofree char *folded = g_ascii_strdown (address, -1);

  return intimail_hash_id ("i", folded, strlen (folded));
}

static void
add_identity (IntimailJmapContext *context, JsonObject *identities, JsonObject *kept, const char *address)
{
  g_autofree char *id = make_id (address);
  JsonNode *node = json_object_get_member (kept, id);
  JsonObject *identity;

  if (json_object_has_member (identities, id))
    return;

  identity = make_default (context, id, address);
  json_object_set_object_member (identities, id, identity);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (kept_properties); i++)
    {
      JsonNode *value = json_object_get_member (json_node_get_object (node), kept_properties[i]);

      if (value != NULL)
        json_object_set_member (identity, kept_properties[i], json_node_ref (value));
    }
}

JsonObject *
intimail_jmap_identity_list (IntimailJmapContext *context, GError **error)
{
  g_autoptr (JsonObject) kept = load_kept (context, error);
  const char *const *aliases = intimail_person_get_aliases (context->person);
  g_autoptr (GPtrArray) ending = intimail_person_get_temporary_aliases (context->person);
  JsonObject *identities;

  if (kept == NULL)
    return NULL;

  identities = json_object_new ();
  add_identity (context, identities, kept, intimail_person_get_mail (context->person));
  for (gsize i = 0; aliases != NULL && aliases[i] != NULL; i++)
    add_identity (context, identities, kept, aliases[i]);
  /* Who was written to at one of these may want to answer from there. */
  for (guint i = 0; i < ending->len; i++)
    if (intimail_temporary_alias_is_active (ending->pdata[i]))
      add_identity (context, identities, kept, intimail_temporary_alias_get_address (ending->pdata[i]));

  return identities;
}

static gboolean
save_kept (IntimailJmapContext *context, JsonObject *kept, GError **error)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *path = make_path (context);
  g_autoptr (GBytes) text = NULL;
  gconstpointer data;
  gsize length;

  json_node_set_object (root, kept);
  text = intimail_json_write (root);
  data = g_bytes_get_data (text, &length);
  if (length > MAX_FILE_SIZE)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE, "the signatures are too large");
      return FALSE;
    }

  return intimail_file_replace (path, data, length, 0600, error);
}

gboolean
intimail_jmap_identity_save (IntimailJmapContext *context, const char *id, JsonObject *record, GError **error)
{
  g_autoptr (JsonObject) kept = load_kept (context, error);
  JsonObject *entry;

  if (kept == NULL)
    return FALSE;

  entry = json_object_new ();
  json_object_set_string_member (entry, "email", json_object_get_string_member (record, "email"));
  for (gsize i = 0; i < G_N_ELEMENTS (kept_properties); i++)
    {
      JsonNode *value = json_object_get_member (record, kept_properties[i]);

      if (value != NULL)
        json_object_set_member (entry, kept_properties[i], json_node_ref (value));
    }
  json_object_set_object_member (kept, id, entry);

  return save_kept (context, kept, error);
}

/* The entry of an id, made when there is none. */
static JsonObject *
ensure_entry (JsonObject *kept, const char *id)
{
  JsonNode *node = json_object_get_member (kept, id);

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    json_object_set_object_member (kept, id, json_object_new ());

  return json_object_get_object_member (kept, id);
}

static gboolean
was_there (JsonObject *entry)
{
  return json_object_has_member (entry, "email") && !json_object_has_member (entry, "gone");
}

static gboolean
note_arrivals (IntimailJmapContext *context, JsonObject *identities, JsonObject *kept, gboolean first_time)
{
  JsonObjectIter iter;
  const char *id;
  JsonNode *node;
  gboolean changed = FALSE;

  json_object_iter_init_ordered (&iter, identities);
  while (json_object_iter_next_ordered (&iter, &id, &node))
    {
      JsonObject *entry = ensure_entry (kept, id);

      if (was_there (entry))
        continue;
      json_object_set_string_member (entry, "email", json_object_get_string_member (json_node_get_object (node), "email"));
      json_object_remove_member (entry, "gone");
      if (!first_time)
        intimail_account_record_change (context->account, INTIMAIL_CHANGE_TYPE_IDENTITY, id, TRUE, NULL);
      changed = TRUE;
    }

  return changed;
}

/* What the person made of an address stays, in case that it comes back. */
static gboolean
note_departures (IntimailJmapContext *context, JsonObject *identities, JsonObject *kept)
{
  JsonObjectIter iter;
  const char *id;
  JsonNode *node;
  gboolean changed = FALSE;

  json_object_iter_init_ordered (&iter, kept);
  while (json_object_iter_next_ordered (&iter, &id, &node))
    {
      if (!JSON_NODE_HOLDS_OBJECT (node) || !was_there (json_node_get_object (node)) ||
          json_object_has_member (identities, id))
        continue;
      json_object_set_boolean_member (json_node_get_object (node), "gone", TRUE);
      intimail_account_record_removal (context->account, INTIMAIL_CHANGE_TYPE_IDENTITY, id, NULL);
      changed = TRUE;
    }

  return changed;
}

void
intimail_jmap_identity_note_changes (IntimailJmapContext *context)
{
  g_autoptr (JsonObject) kept = load_kept (context, NULL);
  g_autoptr (JsonObject) identities = intimail_jmap_identity_list (context, NULL);
  gboolean first_time;
  gboolean changed;

  if (kept == NULL || identities == NULL)
    return;

  /* Nobody can have asked before. */
  first_time = json_object_get_size (kept) == 0;
  changed = note_arrivals (context, identities, kept, first_time);
  changed = note_departures (context, identities, kept) || changed;
  if (changed)
    save_kept (context, kept, NULL);
}

JsonObject *
intimail_jmap_identity_lookup (IntimailJmapContext *context, const char *id, GError **error)
{
  g_autoptr (JsonObject) identities = intimail_jmap_identity_list (context, error);

  if (identities == NULL)
    return NULL;
  if (!json_object_has_member (identities, id))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "no such identity");
      return NULL;
    }

  return json_object_ref (json_object_get_object_member (identities, id));
}
