/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * PatchObject: RFC 8620 section 5.3.
 */

#include <string.h>

#include "jmap/intimail-jmap-args-private.h"
#include "jmap/intimail-jmap-pointer-private.h"
#include "jmap/intimail-jmap-set-private.h"

/* Does the patch change what @pointer lies in, too? */
static gboolean
has_prefix_in (JsonObject *patch, const char *pointer)
{
  g_autofree char *prefix = g_strdup (pointer);
  char *slash;

  while ((slash = strrchr (prefix, '/')) != NULL)
    {
      *slash = '\0';
      if (json_object_has_member (patch, prefix))
        return TRUE;
    }

  return FALSE;
}

static gboolean
fail (JsonObject **set_error, const char *pointer, const char *what)
{
  g_autofree char *description = g_strdup_printf ("%s: %s", pointer, what);

  *set_error = intimail_jmap_set_error_new ("invalidPatch", description);
  return FALSE;
}

static gboolean
apply_one (JsonObject *object, JsonObject *patch, const char *pointer, JsonNode *value, JsonObject **set_error)
{
  g_auto (GStrv) segments = intimail_jmap_pointer_split (pointer);
  gsize i;

  if (segments == NULL)
    return fail (set_error, pointer, "is no JSON pointer");
  if (segments[1] != NULL && has_prefix_in (patch, pointer))
    return fail (set_error, pointer, "overlaps another part of the patch");

  for (i = 0; segments[i + 1] != NULL; i++)
    {
      JsonNode *node = json_object_get_member (object, segments[i]);

      if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
        return fail (set_error, pointer, "does not lie in an object that exists");
      object = json_node_get_object (node);
    }

  if (intimail_jmap_node_is_null (value))
    json_object_remove_member (object, segments[i]);
  else
    json_object_set_member (object, segments[i], intimail_jmap_node_deep_copy (value));

  return TRUE;
}

gboolean
intimail_jmap_patch_apply (JsonObject *object, JsonObject *patch, JsonObject **set_error)
{
  JsonObjectIter iter;
  const char *pointer;
  JsonNode *value;

  json_object_iter_init_ordered (&iter, patch);
  while (json_object_iter_next_ordered (&iter, &pointer, &value))
    if (!apply_one (object, patch, pointer, value, set_error))
      return FALSE;

  return TRUE;
}
