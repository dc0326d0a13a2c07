/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The identities: addresses come from the directory, and what the person made of
 * them (name, signatures, reply-to) from the file intimail.identities of the
 * account, a JSON object of id -> changed properties.
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
  g_auto (IntimailFd) fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
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

static void
add_identity (IntimailJmapContext *context, JsonObject *identities, JsonObject *kept, const char *address)
{
  g_autofree char *folded = g_ascii_strdown (address, -1);
  g_autofree char *id = intimail_hash_id ("i", folded, strlen (folded));
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
  JsonObject *identities;

  if (kept == NULL)
    return NULL;

  identities = json_object_new ();
  add_identity (context, identities, kept, intimail_person_get_mail (context->person));
  for (gsize i = 0; aliases != NULL && aliases[i] != NULL; i++)
    add_identity (context, identities, kept, aliases[i]);

  return identities;
}

gboolean
intimail_jmap_identity_save (IntimailJmapContext *context, const char *id, JsonObject *record, GError **error)
{
  g_autoptr (JsonObject) kept = load_kept (context, error);
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *path = make_path (context);
  g_autoptr (GBytes) text = NULL;
  JsonObject *entry;
  gconstpointer data;
  gsize length;

  if (kept == NULL)
    return FALSE;

  entry = json_object_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (kept_properties); i++)
    {
      JsonNode *value = json_object_get_member (record, kept_properties[i]);

      if (value != NULL)
        json_object_set_member (entry, kept_properties[i], json_node_ref (value));
    }
  json_object_set_object_member (kept, id, entry);
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
