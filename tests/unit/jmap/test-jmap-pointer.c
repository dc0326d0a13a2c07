/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap-test.h"

#include "jmap/intimail-jmap-pointer-private.h"

static const char document[] =
    "{'list':[{'id':'a','ids':['x','y'],'n':1},{'id':'b','ids':['z'],'n':2},{'id':'c','ids':[],'n':3}],"
    "'a/b':{'~':1,'*':2},'':{'':7},'null':null,'nested':[[1,[2]],[[3]]]}";

static const struct
{
  const char *pointer;
  const char *expected; /* NULL: nothing */
} cases[] = {
  { "/list/0/id", "'a'" },
  { "/list/*/id", "['a','b','c']" },
  /* One level of arrays is flattened (RFC 8620 section 3.7). */
  { "/list/*/ids", "['x','y','z']" },
  { "/list/*/ids/0", NULL },
  { "/list/*/nothing", NULL },
  { "/nested/*", "[1,[2],[3]]" },
  { "/nested/*/*", "[1,2,3]" },
  { "/a~1b/~0", "1" },
  { "/a~1b/*", "2" },
  { "/a~1b/~2", NULL },
  { "/a~1b/~", NULL },
  { "/", "{'':7}" },
  { "//", "7" },
  { "/null", "null" },
  { "/null/x", NULL },
  { "/list/00", NULL },
  { "/list/3", NULL },
  { "/list/-1", NULL },
  { "/list/-", NULL },
  { "/list/99999999999999999999", NULL },
  { "list", NULL },
  { "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q", NULL },
};

static void
test_evaluate (void)
{
  g_autoptr (JsonNode) root = jmap_test_parse (document);
  g_autoptr (JsonNode) all = intimail_jmap_pointer_evaluate (root, "");

  g_assert_true (json_node_equal (all, root));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) found = intimail_jmap_pointer_evaluate (root, cases[i].pointer);

      g_test_message ("%s", cases[i].pointer);
      if (cases[i].expected == NULL)
        {
          g_assert_null (found);
        }
      else
        {
          g_autoptr (JsonNode) expected = jmap_test_parse (cases[i].expected);

          g_assert_nonnull (found);
          g_assert_true (json_node_equal (found, expected));
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/jmap-pointer/evaluate", test_evaluate);

  return g_test_run ();
}
