/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap/intimail-jmap-keyword-private.h"

#include <string.h>

#include "jmap/intimail-jmap-args-private.h"

gboolean
intimail_jmap_keyword_is_valid (const char *keyword)
{
  const char *p;

  for (p = keyword; *p != '\0'; p++)
    if (*p < 0x21 || *p > 0x7e || strchr ("(){]%*\"\\", *p) != NULL)
      return FALSE;

  return p > keyword && p - keyword <= 255;
}

char **
intimail_jmap_set_to_strv (JsonObject *object)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      gboolean value;

      if (!intimail_jmap_node_get_boolean (node, &value) || !value)
        return NULL;
      g_strv_builder_add (builder, name);
    }

  return g_strv_builder_end (builder);
}
