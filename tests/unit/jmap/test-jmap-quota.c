/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Quota/get, /changes, /query and /queryChanges.
 */

#include "jmap-site.h"

#define GET(arguments) "['Quota/get',{'accountId':'%a%'," arguments "},'0']"
#define CHANGES(arguments) "['Quota/changes',{'accountId':'%a%'," arguments "},'0']"
#define QUERY(arguments) "['Quota/query',{'accountId':'%a%'," arguments "},'0']"
#define QUERY_CHANGES(arguments) "['Quota/queryChanges',{'accountId':'%a%'," arguments "},'0']"
#define ERROR(type) "['error',{'type':'" type "'},'0']"

static const JmapStep before[] = {
  { GET ("'ids':null"),
    "['Quota/get',{'state':'%s0%','notFound':[],'list':[{'id':'octets','resourceType':'octets','used':0,'hardLimit':1000000,'scope':'account',"
    "'name':'*','types':['Email'],'warnLimit':800000,'softLimit':null,'description':null}]},'0']" },
  /* No limit of a count was set. */
  { GET ("'ids':['count','octets','x'],'properties':['used']"), "['Quota/get',{'list':[{'id':'octets','used':0,'!hardLimit':0}],'notFound':['count','x']},'0']" },
  { CHANGES ("'sinceState':'%s0%'"), "['Quota/changes',{'oldState':'%s0%','newState':'%s0%','created':[],'updated':[],'destroyed':[],'hasMoreChanges':false},'0']" },
  { CHANGES ("'sinceState':'nonsense'"), ERROR ("cannotCalculateChanges") },
  { QUERY ("'filter':null"), "['Quota/query',{'queryState':'%q0%','ids':['octets'],'position':0},'0']" },
  { QUERY ("'filter':{'resourceType':'octets','scope':'account','type':'Email'},'sort':[{'property':'used'}]"), "['Quota/query',{'ids':['octets']},'0']" },
  { QUERY ("'filter':{'resourceType':'count'}"), "['Quota/query',{'ids':[]},'0']" },
  { QUERY ("'filter':{'scope':'domain'}"), "['Quota/query',{'ids':[]},'0']" },
  { QUERY ("'filter':{'scope':7}"), ERROR ("invalidArguments") },
  { QUERY ("'filter':{'nothing':7}"), ERROR ("unsupportedFilter") },
  { QUERY ("'sort':[{'property':'nothing'}]"), ERROR ("unsupportedSort") },
};

static const JmapStep after[] = {
  { GET ("'properties':['used']"), "['Quota/get',{'state':'%s1%','list':[{'id':'octets','used':15}]},'0']" },
  { CHANGES ("'sinceState':'%s0%'"), "['Quota/changes',{'oldState':'%s0%','newState':'%s1%','created':[],'updated':['octets'],'destroyed':[],'updatedProperties':['used']},'0']" },
  { QUERY_CHANGES ("'sinceQueryState':'%q0%','sort':[{'property':'used'}]"), "['Quota/queryChanges',{'oldQueryState':'%q0%','added':[{'id':'octets','index':0}]},'0']" },
};

static void
test_quotas (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();

  jmap_site_run (site, before, G_N_ELEMENTS (before));
  jmap_site_deliver (site, "inbox", "m", NULL, "Subject: x\n\nxx\n");
  jmap_site_run (site, after, G_N_ELEMENTS (after));
  g_assert_cmpstr (g_hash_table_lookup (site->names, "s0"), !=, g_hash_table_lookup (site->names, "s1"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/jmap-quota/quotas", test_quotas);

  return g_test_run ();
}
