/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * SetErrors, and the maps of an answer to /set.
 */

#include "jmap/intimail-jmap-set-private.h"

#include <intimail/intimail-error.h>

JsonObject *
intimail_jmap_set_error_new (const char *type, const char *description)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "type", type);
  if (description != NULL)
    json_object_set_string_member (object, "description", description);

  return object;
}

JsonObject *
intimail_jmap_set_error_new_property (const char *property, const char *description)
{
  JsonObject *object = intimail_jmap_set_error_new ("invalidProperties", description);
  JsonArray *properties = json_array_new ();

  json_array_add_string_element (properties, property);
  json_object_set_array_member (object, "properties", properties);

  return object;
}

JsonObject *
intimail_jmap_set_error_new_from (const GError *error)
{
  if (error == NULL || error->domain != INTIMAIL_ERROR)
    return intimail_jmap_set_error_new ("serverFail", NULL);

  switch ((IntimailError) error->code)
    {
    case INTIMAIL_ERROR_INVALID_ARGUMENT:
      return intimail_jmap_set_error_new ("invalidProperties", error->message);
    case INTIMAIL_ERROR_NOT_FOUND:
      return intimail_jmap_set_error_new ("notFound", NULL);
    case INTIMAIL_ERROR_TOO_LARGE:
      return intimail_jmap_set_error_new ("tooLarge", error->message);
    case INTIMAIL_ERROR_OVER_QUOTA:
      return intimail_jmap_set_error_new ("overQuota", error->message);
    case INTIMAIL_ERROR_EXISTS:
      return intimail_jmap_set_error_new ("alreadyExists", NULL);
    case INTIMAIL_ERROR_PERMISSION_DENIED:
    case INTIMAIL_ERROR_NOT_SUPPORTED:
    case INTIMAIL_ERROR_POSTING_REFUSED:
    case INTIMAIL_ERROR_LOOP:
    case INTIMAIL_ERROR_CODE_NEEDED:
    case INTIMAIL_ERROR_DISABLED:
      return intimail_jmap_set_error_new ("forbidden", error->message);
    case INTIMAIL_ERROR_RATE_LIMITED:
      return intimail_jmap_set_error_new ("rateLimit", error->message);
    case INTIMAIL_ERROR_NOT_EMPTY:
    case INTIMAIL_ERROR_STORAGE_FULL:
    case INTIMAIL_ERROR_UNAVAILABLE:
    case INTIMAIL_ERROR_STATE_LOST:
    case INTIMAIL_ERROR_UNCERTAIN:
    case INTIMAIL_ERROR_FAILED:
      break;
    }

  return intimail_jmap_set_error_new ("serverFail", NULL);
}

void
intimail_jmap_map_add_object (JsonObject **map, const char *key, JsonObject *member)
{
  if (*map == NULL)
    *map = json_object_new ();
  if (member != NULL)
    json_object_set_object_member (*map, key, member);
  else
    json_object_set_null_member (*map, key);
}

void
intimail_jmap_object_take_map (JsonObject *object, const char *name, JsonObject *map)
{
  if (map != NULL)
    json_object_set_object_member (object, name, map);
  else
    json_object_set_null_member (object, name);
}
