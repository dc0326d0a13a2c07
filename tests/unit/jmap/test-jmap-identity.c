/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Identity/get, /changes and /set.
 */

#include "jmap-site.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

#define GET(arguments) "['Identity/get',{'accountId':'%a%'," arguments "},'0']"
#define SET(arguments) "['Identity/set',{'accountId':'%a%'," arguments "},'0']"
#define CHANGES(arguments) "['Identity/changes',{'accountId':'%a%'," arguments "},'0']"
#define ERROR(type) "['error',{'type':'" type "'},'0']"

static const JmapStep steps[] = {
  { GET ("'ids':null"),
    "['Identity/get',{'accountId':'%a%','state':'%s0%','notFound':[],'list':["
    "{'id':'%main%','name':'Alice Liddell','email':'alice@home.example','replyTo':null,'bcc':null,'textSignature':'','htmlSignature':'','mayDelete':false},"
    "{'id':'%sales%','name':'Alice Liddell','email':'sales@home.example','mayDelete':false}]},'0']" },
  { GET ("'ids':['%sales%','x'],'properties':['email']"), "['Identity/get',{'list':[{'id':'%sales%','email':'sales@home.example','!name':0}],'notFound':['x']},'0']" },
  { GET ("'properties':['nothing']"), ERROR ("invalidArguments") },

  { SET ("'update':{'%main%':{'name':'Alice','textSignature':'-- \\nA','htmlSignature':'<b>A</b>','replyTo':[{'name':null,'email':'x@example.org'}]}}"),
    "['Identity/set',{'oldState':'%s0%','newState':'%s1%','updated':{'%main%':null},'notUpdated':null},'0']" },
  { GET ("'ids':['%main%','%sales%']"),
    "['Identity/get',{'state':'%s1%','list':[{'name':'Alice','textSignature':'-- \\nA','htmlSignature':'<b>A</b>','replyTo':[{'name':null,'email':'x@example.org'}],'bcc':null},"
    "{'name':'Alice Liddell','textSignature':''}]},'0']" },
  { CHANGES ("'sinceState':'%s0%'"), "['Identity/changes',{'oldState':'%s0%','newState':'%s1%','hasMoreChanges':false,'created':[],'updated':['%main%'],'destroyed':[]},'0']" },
  { CHANGES ("'sinceState':'%s1%'"), "['Identity/changes',{'newState':'%s1%','created':[],'updated':[],'destroyed':[]},'0']" },
  { CHANGES ("'sinceState':'nonsense'"), ERROR ("cannotCalculateChanges") },
  { SET ("'update':{'%main%':{'name':null,'replyTo':null,'textSignature':null}}"), "['Identity/set',{'updated':{'%main%':null}},'0']" },
  { GET ("'ids':['%main%']"), "['Identity/get',{'list':[{'name':'','textSignature':'','replyTo':null,'htmlSignature':'<b>A</b>'}]},'0']" },

#define REFUSED(patch, type)                                                                                                   \
  {                                                                                                                            \
    SET ("'update':{'%main%':" patch "}"), "['Identity/set',{'updated':null,'notUpdated':{'%main%':{'type':'" type "'}}},'0']" \
  }
  REFUSED ("{'email':'other@home.example'}", "invalidProperties"),
  REFUSED ("{'mayDelete':true}", "invalidProperties"),
  REFUSED ("{'name':7}", "invalidProperties"),
  REFUSED ("{'bcc':'x@example.org'}", "invalidProperties"),
  REFUSED ("{'bcc':[{'name':'x'}]}", "invalidProperties"),
  REFUSED ("{'bcc/0':null}", "invalidPatch"),
  REFUSED ("{'nothing':1}", "invalidProperties"),
#undef REFUSED
  { SET ("'update':{'%main%':{'email':'alice@home.example','mayDelete':false,'name':'A'}}"), "['Identity/set',{'updated':{'%main%':null}},'0']" },
  { SET ("'update':{'x':{'name':'n'}},'destroy':['%main%','y']"),
    "['Identity/set',{'notUpdated':{'x':{'type':'notFound'}},'destroyed':null,'notDestroyed':{'%main%':{'type':'forbidden'},'y':{'type':'notFound'}}},'0']" },
  { SET ("'create':{'x':{'email':'bob@home.example'},'y':{'email':'sales@home.example'},'z':{}}"),
    "['Identity/set',{'created':null,'notCreated':{'x':{'type':'forbiddenFrom'},'y':{'type':'forbidden'},'z':{'type':'invalidProperties'}}},'0']" },
};

static void
test_identities (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();

  jmap_site_run (site, steps, G_N_ELEMENTS (steps));
}

/* The directory gives and takes addresses: clients are told. */
static void
test_addresses (void)
{
  static const char *const others[] = { "press@home.example", NULL };
  static const char *const back[] = { "sales@home.example", NULL };
  static const JmapStep before[] = {
    { GET ("'ids':null"), "['Identity/get',{'state':'%s0%','list':[{'id':'%main%'},{'id':'%sales%'}]},'0']" },
    { SET ("'update':{'%sales%':{'textSignature':'Sales'}}"), "['Identity/set',{'oldState':'%s0%','newState':'%s1%','updated':{'%sales%':null}},'0']" },
    { CHANGES ("'sinceState':'%s0%'"), "['Identity/changes',{'newState':'%s1%','created':[],'updated':['%sales%'],'destroyed':[]},'0']" },
  };
  static const JmapStep gone[] = {
    { CHANGES ("'sinceState':'%s1%'"), "['Identity/changes',{'newState':'%s2%','created':['%press%'],'updated':[],'destroyed':['%sales%']},'0']" },
    { GET ("'ids':null"), "['Identity/get',{'state':'%s2%','list':[{'id':'%main%'},{'id':'%press%','email':'press@home.example'}]},'0']" },
  };
  static const JmapStep again[] = {
    { GET ("'ids':null"), "['Identity/get',{'state':'%s3%','list':[{'id':'%main%'},{'id':'%sales%','textSignature':'Sales'}]},'0']" },
    { CHANGES ("'sinceState':'%s2%'"), "['Identity/changes',{'newState':'%s3%','created':['%sales%'],'updated':[],'destroyed':['%press%']},'0']" },
  };
  g_autoptr (JmapSite) site = jmap_site_new ();

  jmap_site_run (site, before, G_N_ELEMENTS (before));
  jmap_site_set_aliases (site, others);
  jmap_site_run (site, gone, G_N_ELEMENTS (gone));
  jmap_site_set_aliases (site, back);
  jmap_site_run (site, again, G_N_ELEMENTS (again));
}

/* One can answer from an address that ends, until it has ended. */
static void
test_addresses_that_end (void)
{
  static const JmapStep before[] = {
    { GET ("'ids':null"), "['Identity/get',{'state':'%s0%','list':[{'id':'%main%'},{'id':'%sales%'},{'id':'%shop%','email':'shop@home.example'}]},'0']" },
  };
  static const JmapStep after[] = {
    { CHANGES ("'sinceState':'%s0%'"), "['Identity/changes',{'created':[],'updated':[],'destroyed':['%shop%']},'0']" },
  };
  static const char *const same[] = { "sales@home.example", NULL };
  g_autoptr (JmapSite) site = jmap_site_new ();
  IntimailDirectory *directory = intimail_site_get_directory (site->site);
  g_autoptr (IntimailTemporaryAlias) shop = intimail_directory_add_temporary_alias (directory, "alice", "shop@home.example", 0, "", NULL, NULL);

  g_assert_nonnull (shop);
  jmap_site_set_aliases (site, same);
  jmap_site_run (site, before, G_N_ELEMENTS (before));
  g_assert_true (intimail_directory_end_temporary_alias (directory, "alice", "shop@home.example", NULL, NULL));
  jmap_site_set_aliases (site, same);
  jmap_site_run (site, after, G_N_ELEMENTS (after));
}

/* A file that is not ours to read costs names, and no more. */
static void
test_broken_file (void)
{
  static const JmapStep again[] = {
    { GET ("'properties':['name']"), "['Identity/get',{'list':[{'name':'Alice Liddell'},'*']},'0']" },
  };
  g_autoptr (JmapSite) site = jmap_site_new ();
  g_autofree char *path = g_build_filename (intimail_account_get_path (jmap_site_get_account (site)), "intimail.identities", NULL);

  test_support_write_file (path, "{\"x\":");
  jmap_site_run (site, again, G_N_ELEMENTS (again));
  test_support_write_file (path, "[1]");
  jmap_site_run (site, again, G_N_ELEMENTS (again));
}

/* Cut at each byte, and with a bit flipped in each: both are still there. */
static void
test_damaged_file (void)
{
  static const JmapStep before[] = {
    { GET ("'ids':null"), "['Identity/get',{'list':[{'id':'%main%'},{'id':'%sales%'}]},'0']" },
    { SET ("'update':{'%sales%':{'textSignature':'Sales','replyTo':[{'name':null,'email':'a@b.example'}]}}"), "['Identity/set',{'updated':{'%sales%':null}},'0']" },
  };
  static const JmapStep after[] = {
    { GET ("'ids':null"), "['Identity/get',{'list':[{'id':'%main%'},{'id':'%sales%'}]},'0']" },
    { SET ("'update':{'%main%':{'textSignature':'Alice'}}"), "['Identity/set',{'updated':{'%main%':null}},'0']" },
  };
  g_autoptr (JmapSite) site = jmap_site_new ();
  g_autofree char *path = g_build_filename (intimail_account_get_path (jmap_site_get_account (site)), "intimail.identities", NULL);
  g_autoptr (GBytes) whole = NULL;
  gsize length;

  jmap_site_run (site, before, G_N_ELEMENTS (before));
  whole = test_support_read_file (path);
  length = g_bytes_get_size (whole);
  for (gsize i = 0; i < 2 * length; i++)
    {
      g_autofree char *bytes = g_memdup2 (g_bytes_get_data (whole, NULL), length);

      bytes[i / 2] ^= (char) (1 << i * 3 % 8);
      g_assert_true (g_file_set_contents (path, bytes, i % 2 == 0 ? (gssize) length : (gssize) (i / 2), NULL));
      jmap_site_run (site, after, G_N_ELEMENTS (after));
    }
}

/* Neither a FIFO nor a link takes us anywhere: it is said to fail, and nobody waits. */
static void
test_no_file (void)
{
  static const JmapStep refused[] = { { GET ("'ids':null"), "['error',{'type':'serverFail'},'0']" } };
  g_autoptr (JmapSite) site = jmap_site_new ();
  g_autofree char *path = g_build_filename (intimail_account_get_path (jmap_site_get_account (site)), "intimail.identities", NULL);

  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  jmap_site_run (site, refused, G_N_ELEMENTS (refused));
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (symlink ("/dev/zero", path), ==, 0);
  jmap_site_run (site, refused, G_N_ELEMENTS (refused));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/jmap-identity/identities", test_identities);
  g_test_add_func ("/jmap-identity/addresses", test_addresses);
  g_test_add_func ("/jmap-identity/addresses-that-end", test_addresses_that_end);
  g_test_add_func ("/jmap-identity/broken-file", test_broken_file);
  g_test_add_func ("/jmap-identity/damaged-file", test_damaged_file);
  g_test_add_func ("/jmap-identity/no-file", test_no_file);

  return g_test_run ();
}
