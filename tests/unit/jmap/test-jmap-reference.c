/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap-test.h"

#include "jmap/intimail-jmap-budget-private.h"
#include "jmap/intimail-jmap-reference-private.h"

static const char responses[] =
    "[['Email/query',{'ids':['e1','e2'],'total':null},'0'],"
    "['Email/get',{'list':[{'threadId':'t1','ids':['a','b']},{'threadId':'t2','ids':['c']}]},'1'],"
    "['error',{'type':'unknownMethod'},'2'],"
    "['EmailSubmission/set',{'x':1},'3'],"
    "['Email/set',{'x':2},'3']]";

static const struct
{
  const char *arguments;
  const char *expected; /* arguments, or the name of the error */
} cases[] = {
  { "{'a':1}", "{'a':1}" },
  { "{'a':1,'#ids':{'resultOf':'0','name':'Email/query','path':'/ids'}}", "{'a':1,'ids':['e1','e2']}" },
  { "{'#ids':{'resultOf':'1','name':'Email/get','path':'/list/*/threadId'}}", "{'ids':['t1','t2']}" },
  { "{'#ids':{'resultOf':'1','name':'Email/get','path':'/list/*/ids'}}", "{'ids':['a','b','c']}" },
  { "{'#x':{'resultOf':'0','name':'Email/query','path':'/total'}}", "{'x':null}" },
  { "{'#x':{'resultOf':'3','name':'EmailSubmission/set','path':'/x'}}", "{'x':1}" },
  /* The first response with that call id decides, and its name must be right. */
  { "{'#x':{'resultOf':'3','name':'Email/set','path':'/x'}}", "invalidResultReference" },
  { "{'#ids':{'resultOf':'0','name':'Email/get','path':'/ids'}}", "invalidResultReference" },
  { "{'#ids':{'resultOf':'9','name':'Email/query','path':'/ids'}}", "invalidResultReference" },
  { "{'#ids':{'resultOf':'2','name':'Email/query','path':'/ids'}}", "invalidResultReference" },
  { "{'#ids':{'resultOf':'0','name':'Email/query','path':'/nothing'}}", "invalidResultReference" },
  { "{'#ids':{'resultOf':'0','name':'Email/query','path':'ids'}}", "invalidResultReference" },
  { "{'#ids':{'resultOf':'0','name':'Email/query'}}", "invalidResultReference" },
  { "{'#ids':{'resultOf':0,'name':'Email/query','path':'/ids'}}", "invalidResultReference" },
  { "{'#ids':['e1']}", "invalidResultReference" },
  { "{'ids':['x'],'#ids':{'resultOf':'0','name':'Email/query','path':'/ids'}}", "invalidArguments" },
  { "{'#ids':{'resultOf':'0','name':'Email/query','path':'/ids'},'ids':null}", "invalidArguments" },
};

static void
test_resolve (void)
{
  g_autoptr (JsonNode) answered = jmap_test_parse (responses);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) arguments = jmap_test_parse (cases[i].arguments);
      g_autoptr (GError) error = NULL;
      gsize budget = INTIMAIL_JMAP_REFERENCE_BUDGET;
      g_autoptr (JsonObject) resolved = intimail_jmap_reference_resolve (json_node_get_object (arguments), json_node_get_array (answered), &budget, &error);

      g_test_message ("%s", cases[i].arguments);
      if (cases[i].expected[0] != '{')
        {
          g_assert_null (resolved);
          g_assert_cmpstr (intimail_jmap_error_get_type_name (error), ==, cases[i].expected);
        }
      else
        {
          g_autoptr (JsonNode) expected = jmap_test_parse (cases[i].expected);
          g_autoptr (JsonNode) found = json_node_new (JSON_NODE_OBJECT);

          g_assert_no_error (error);
          json_node_set_object (found, resolved);
          g_assert_true (json_node_equal (found, expected));
        }
    }
}

/* What is brought in costs, and what is too dear is refused. */
static void
test_budget (void)
{
  g_autoptr (JsonNode) answered = jmap_test_parse (responses);
  g_autoptr (JsonNode) arguments = jmap_test_parse ("{'#ids':{'resultOf':'0','name':'Email/query','path':'/ids'}}");
  gsize budget = 100;
  guint n_taken = 0;

  for (;;)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonObject) resolved = intimail_jmap_reference_resolve (json_node_get_object (arguments), json_node_get_array (answered), &budget, &error);

      if (resolved == NULL)
        {
          g_assert_error (error, INTIMAIL_JMAP_ERROR, INTIMAIL_JMAP_ERROR_INVALID_RESULT_REFERENCE);
          break;
        }
      n_taken++;
    }
  g_assert_cmpuint (n_taken, ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/jmap-reference/resolve", test_resolve);
  g_test_add_func ("/jmap-reference/budget", test_budget);

  return g_test_run ();
}
