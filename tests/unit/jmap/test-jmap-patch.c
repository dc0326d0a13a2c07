/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap-test.h"

#include "jmap/intimail-jmap-set-private.h"

/* RFC 8620 section 5.3. */
static const struct
{
  const char *patch;
  const char *expected; /* NULL: invalidPatch */
} cases[] = {
  { "{}", "{'name':'n','keywords':{'$seen':true,'a/b':true},'list':[1],'null':null}" },
  { "{'name':'x'}", "{'name':'x','keywords':{'$seen':true,'a/b':true},'list':[1],'null':null}" },
  { "{'keywords/$seen':null}", "{'name':'n','keywords':{'a/b':true},'list':[1],'null':null}" },
  { "{'keywords/a~1b':null,'keywords/x~0y':true}", "{'name':'n','keywords':{'$seen':true,'x~y':true},'list':[1],'null':null}" },
  { "{'keywords/nothing':null}", "{'name':'n','keywords':{'$seen':true,'a/b':true},'list':[1],'null':null}" },
  { "{'name':null,'nothing':null}", "{'keywords':{'$seen':true,'a/b':true},'list':[1],'null':null}" },
  { "{'keywords':{'x':true}}", "{'name':'n','keywords':{'x':true},'list':[1],'null':null}" },
  { "{'new':{'x':[]}}", "{'name':'n','keywords':{'$seen':true,'a/b':true},'list':[1],'null':null,'new':{'x':[]}}" },
  /* Names that only begin alike do not overlap. */
  { "{'a':1,'a-b':2,'ab':3}", "{'name':'n','keywords':{'$seen':true,'a/b':true},'list':[1],'null':null,'a':1,'a-b':2,'ab':3}" },
  { "{'list/0':2}", NULL },
  { "{'list/-':2}", NULL },
  { "{'nothing/x':2}", NULL },
  { "{'name/x':2}", NULL },
  { "{'null/x':2}", NULL },
  { "{'keywords':{},'keywords/$seen':true}", NULL },
  { "{'keywords/$seen/x':true,'keywords':{}}", NULL },
  { "{'keywords/~2':true}", NULL },
  { "{'keywords/~':true}", NULL },
  { "{'a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r':true}", NULL },
};

static void
test_apply (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) record = jmap_test_parse ("{'name':'n','keywords':{'$seen':true,'a/b':true},'list':[1],'null':null}");
      g_autoptr (JsonNode) patch = jmap_test_parse (cases[i].patch);
      g_autoptr (JsonObject) set_error = NULL;
      gboolean applied = intimail_jmap_patch_apply (json_node_get_object (record), json_node_get_object (patch), &set_error);

      g_test_message ("%s", cases[i].patch);
      if (cases[i].expected == NULL)
        {
          g_assert_false (applied);
          g_assert_cmpstr (json_object_get_string_member (set_error, "type"), ==, "invalidPatch");
        }
      else
        {
          g_autoptr (JsonNode) expected = jmap_test_parse (cases[i].expected);

          g_assert_true (applied);
          g_assert_null (set_error);
          g_assert_true (json_node_equal (record, expected));
        }
    }
}

/* The patch keeps its own values: what is done to the record later is not done
 * to the request. */
static void
test_shares_nothing (void)
{
  g_autoptr (JsonNode) record = jmap_test_parse ("{}");
  g_autoptr (JsonNode) patch = jmap_test_parse ("{'a':{'b':1}}");
  g_autoptr (JsonNode) same = jmap_test_parse ("{'a':{'b':1}}");
  JsonObject *set_error = NULL;

  g_assert_true (intimail_jmap_patch_apply (json_node_get_object (record), json_node_get_object (patch), &set_error));
  json_object_set_int_member (json_object_get_object_member (json_node_get_object (record), "a"), "b", 2);
  g_assert_true (json_node_equal (patch, same));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/jmap-patch/apply", test_apply);
  g_test_add_func ("/jmap-patch/shares-nothing", test_shares_nothing);

  return g_test_run ();
}
