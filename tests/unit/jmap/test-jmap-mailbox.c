/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Mailbox/get, /changes, /query, /queryChanges and /set.
 */

#include "jmap-site.h"

#define GET(arguments) "['Mailbox/get',{'accountId':'%a%'," arguments "},'0']"
#define SET(arguments) "['Mailbox/set',{'accountId':'%a%'," arguments "},'0']"
#define QUERY(arguments) "['Mailbox/query',{'accountId':'%a%'," arguments "},'0']"
#define CHANGES(arguments) "['Mailbox/changes',{'accountId':'%a%'," arguments "},'0']"
#define QUERY_CHANGES(arguments) "['Mailbox/queryChanges',{'accountId':'%a%'," arguments "},'0']"
#define ERROR(type) "['error',{'type':'" type "'},'0']"

/* Filter and sort that put the six mailboxes of a new account in a known order. */
#define BY_NAME "'sort':[{'property':'name'}]"

static void
test_get (void)
{
  static const JmapStep steps[] = {
    { GET ("'ids':['%inbox%']"),
      "['Mailbox/get',{'accountId':'%a%','state':'*','notFound':[],'list':[{'id':'%inbox%','name':'*','parentId':null,'role':'inbox',"
      "'sortOrder':'*','totalEmails':0,'unreadEmails':0,'totalThreads':0,'unreadThreads':0,'isSubscribed':true,"
      "'myRights':{'mayReadItems':true,'mayAddItems':true,'mayRemoveItems':true,'maySetSeen':true,'maySetKeywords':true,"
      "'mayCreateChild':true,'mayRename':false,'mayDelete':false,'maySubmit':true}}]},'0']" },
    /* Nothing that was not asked for, but the id. */
    { GET ("'ids':['%trash%'],'properties':['role']"),
      "['Mailbox/get',{'list':[{'id':'%trash%','role':'trash','!name':0,'!myRights':0,'!totalEmails':0}]},'0']" },
    { GET ("'ids':['%trash%'],'properties':[]"), "['Mailbox/get',{'list':[{'id':'%trash%','!role':0}]},'0']" },
    { GET ("'properties':['role','nothing']"), ERROR ("invalidArguments") },
    { GET ("'properties':'role'"), ERROR ("invalidArguments") },
    { GET ("'properties':[1]"), ERROR ("invalidArguments") },
    /* No ids are none; null is all. */
    { GET ("'ids':[]"), "['Mailbox/get',{'list':[],'notFound':[]},'0']" },
    { GET ("'ids':null,'properties':['id']"),
      "['Mailbox/get',{'list':['*','*','*','*','*','*'],'notFound':[]},'0']" },
    { GET ("'ids':'%inbox%'"), ERROR ("invalidArguments") },
    { GET ("'ids':[null]"), ERROR ("invalidArguments") },
    /* An id of any shape is looked for, each once. */
    { GET ("'ids':['%inbox%','x','%inbox%','','#none','\\u00e9/../*','x'],'properties':['id']"),
      "['Mailbox/get',{'list':[{'id':'%inbox%'}],'notFound':['x','','#none','\xc3\xa9/../*']},'0']" },
  };
  g_autoptr (JmapSite) site = jmap_site_new ();

  jmap_site_run (site, steps, G_N_ELEMENTS (steps));
}

static void
test_get_limit (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();
  g_autoptr (GString) ids = g_string_new ("['Mailbox/get',{'accountId':'%a%','ids':['x'");

  for (int i = 0; i < 4096; i++)
    g_string_append_printf (ids, ",'%d'", i);
  g_string_append (ids, "]},'0']");
  jmap_site_call (site, ids->str, ERROR ("requestTooLarge"));
}

static void
test_changes (void)
{
  static const JmapStep steps[] = {
    { GET ("'ids':[]"), "['Mailbox/get',{'state':'%s0%'},'0']" },
    { CHANGES ("'sinceState':'%s0%'"),
      "['Mailbox/changes',{'accountId':'%a%','oldState':'%s0%','newState':'%s0%','hasMoreChanges':false,'created':[],'updated':[],'destroyed':[]},'0']" },
    { "['Mailbox/changes',{'accountId':'%a%'},'0']", ERROR ("invalidArguments") },
    { CHANGES ("'sinceState':null"), ERROR ("invalidArguments") },
    { CHANGES ("'sinceState':7"), ERROR ("invalidArguments") },
    { CHANGES ("'sinceState':'nonsense'"), ERROR ("cannotCalculateChanges") },
    { CHANGES ("'sinceState':''"), ERROR ("cannotCalculateChanges") },
    { CHANGES ("'sinceState':'%s0%','maxChanges':0"), ERROR ("invalidArguments") },
    { CHANGES ("'sinceState':'%s0%','maxChanges':-1"), ERROR ("invalidArguments") },
    { CHANGES ("'sinceState':'%s0%','maxChanges':'1'"), ERROR ("invalidArguments") },

    { SET ("'create':{'x':{'name':'One'},'y':{'name':'Two'}}"),
      "['Mailbox/set',{'oldState':'%s0%','newState':'%s1%','created':{'x':{'id':'%one%'},'y':{'id':'%two%'}}},'0']" },
    /* The state that a get tells is the one that changes end in. */
    { GET ("'ids':[]"), "['Mailbox/get',{'state':'%s1%'},'0']" },
    { CHANGES ("'sinceState':'%s0%'"),
      "['Mailbox/changes',{'oldState':'%s0%','newState':'%s1%','hasMoreChanges':false,'created':['%one%','%two%'],'updated':[],'destroyed':[],'updatedProperties':null},'0']" },
    /* In pages, and the pages together are the whole. */
    { CHANGES ("'sinceState':'%s0%','maxChanges':1"),
      "['Mailbox/changes',{'oldState':'%s0%','newState':'%mid%','hasMoreChanges':true,'created':['%one%'],'updated':[],'destroyed':[]},'0']" },
    { CHANGES ("'sinceState':'%mid%','maxChanges':1"),
      "['Mailbox/changes',{'oldState':'%mid%','newState':'%s1%','hasMoreChanges':false,'created':['%two%'],'updated':[],'destroyed':[]},'0']" },

    { SET ("'update':{'%one%':{'name':'Uno'}}"), "['Mailbox/set',{'newState':'%s2%','updated':{'%one%':null}},'0']" },
    { CHANGES ("'sinceState':'%s1%'"), "['Mailbox/changes',{'newState':'%s2%','created':[],'updated':['%one%'],'destroyed':[],'updatedProperties':null},'0']" },
    { CHANGES ("'sinceState':'%s0%'"), "['Mailbox/changes',{'newState':'%s2%','created':['%one%','%two%'],'updated':[],'destroyed':[]},'0']" },

    { SET ("'destroy':['%two%']"), "['Mailbox/set',{'newState':'%s3%','destroyed':['%two%']},'0']" },
    { CHANGES ("'sinceState':'%s2%'"), "['Mailbox/changes',{'newState':'%s3%','created':[],'updated':[],'destroyed':['%two%']},'0']" },
    /* What came and went in between was never there. */
    { CHANGES ("'sinceState':'%s0%'"), "['Mailbox/changes',{'newState':'%s3%','created':['%one%'],'updated':[],'destroyed':[]},'0']" },
  };
  g_autoptr (JmapSite) site = jmap_site_new ();

  jmap_site_run (site, steps, G_N_ELEMENTS (steps));
}

/* Mail that comes or is read changes counts, and this is said. */
static void
test_counts (void)
{
  static const JmapStep before[] = {
    { GET ("'ids':[]"), "['Mailbox/get',{'state':'%s0%'},'0']" },
  };
  static const JmapStep after[] = {
    { GET ("'ids':['%inbox%'],'properties':['totalEmails','unreadEmails','totalThreads','unreadThreads']"),
      "['Mailbox/get',{'state':'%s1%','list':[{'totalEmails':3,'unreadEmails':2,'totalThreads':2,'unreadThreads':2}]},'0']" },
    { CHANGES ("'sinceState':'%s0%'"),
      "['Mailbox/changes',{'newState':'%s1%','created':[],'updated':['%inbox%'],'destroyed':[],"
      "'updatedProperties':['totalEmails','unreadEmails','totalThreads','unreadThreads']},'0']" },
    /* One more change that is no count: then all properties may have changed. */
    { SET ("'update':{'%archive%':{'sortOrder':77}}"), "['Mailbox/set',{'updated':{'%archive%':null},'newState':'%s2%'},'0']" },
    { CHANGES ("'sinceState':'%s0%'"), "['Mailbox/changes',{'newState':'%s2%','updated':['*','*'],'updatedProperties':null},'0']" },
    { CHANGES ("'sinceState':'%s1%'"), "['Mailbox/changes',{'newState':'%s2%','updated':['%archive%'],'updatedProperties':null},'0']" },
  };
  g_autoptr (JmapSite) site = jmap_site_new ();

  jmap_site_run (site, before, G_N_ELEMENTS (before));
  jmap_site_deliver (site, "inbox", "m1", NULL, "Message-ID: <1@x>\nSubject: one\n\nx\n");
  jmap_site_deliver (site, "inbox", "m2", "$seen", "Message-ID: <2@x>\nReferences: <1@x>\nSubject: Re: one\n\nx\n");
  jmap_site_deliver (site, "inbox", "m3", NULL, "Message-ID: <3@x>\nSubject: other\n\nx\n");
  jmap_site_run (site, after, G_N_ELEMENTS (after));
}

/* RFC 8621 section 2: a thread is unread in a mailbox when it is unread anywhere,
 * and the mailboxes of all its mails are told. What is in the trash counts there
 * alone. */
static void
test_unread_threads (void)
{
  static const JmapStep before[] = {
    { GET ("'ids':['%archive%','%trash%'],'properties':['unreadEmails','unreadThreads']"),
      "['Mailbox/get',{'state':'%s0%','list':[{'unreadEmails':0,'unreadThreads':1},{'unreadEmails':0,'unreadThreads':0}]},'0']" },
  };
  static const JmapStep after[] = {
    { GET ("'ids':['%archive%'],'properties':['unreadEmails','unreadThreads']"),
      "['Mailbox/get',{'state':'%s1%','list':[{'unreadEmails':0,'unreadThreads':0}]},'0']" },
    { CHANGES ("'sinceState':'%s0%'"), "['Mailbox/changes',{'newState':'%s1%','created':[],'updated':['%first%','%second%'],'destroyed':[]},'0']" },
  };
  static const char *const seen[] = { "$seen", NULL };
  g_autoptr (JmapSite) site = jmap_site_new ();
  g_autoptr (GError) error = NULL;
  const char *ids[] = { NULL, NULL };
  const char *first;
  const char *second;

  jmap_site_deliver (site, "inbox", "m1", NULL, "Message-ID: <1@x>\nSubject: one\n\nx\n");
  jmap_site_deliver (site, "archive", "m2", "$seen", "Message-ID: <2@x>\nReferences: <1@x>\nSubject: Re: one\n\nx\n");
  jmap_site_deliver (site, "trash", "m3", "$seen", "Message-ID: <3@x>\nReferences: <1@x>\nSubject: Re: one\n\nx\n");
  jmap_site_run (site, before, G_N_ELEMENTS (before));

  ids[0] = g_hash_table_lookup (site->names, "m1");
  g_assert_true (intimail_account_set_keywords (jmap_site_get_account (site), ids, seen, NULL, NULL, &error));
  g_assert_no_error (error);
  jmap_site_run (site, after, G_N_ELEMENTS (after));

  first = g_hash_table_lookup (site->names, "first");
  second = g_hash_table_lookup (site->names, "second");
  g_assert_cmpstr (first, !=, second);
  g_assert_true (g_str_equal (first, g_hash_table_lookup (site->names, "inbox")) || g_str_equal (first, g_hash_table_lookup (site->names, "archive")));
  g_assert_true (g_str_equal (second, g_hash_table_lookup (site->names, "inbox")) || g_str_equal (second, g_hash_table_lookup (site->names, "archive")));
}

static void
test_query (void)
{
  static const JmapStep steps[] = {
    { SET ("'create':{'p':{'name':'Parent','sortOrder':50},'c':{'name':'achild','parentId':'#p','sortOrder':60},"
           "'d':{'name':'\\u00c9tude','parentId':'#p','sortOrder':55,'isSubscribed':false},'z':{'name':'zebra','sortOrder':51}}"),
      "['Mailbox/set',{'created':{'p':{'id':'%p%'},'c':{'id':'%c%'},'d':{'id':'%d%'},'z':{'id':'%z%'}}},'0']" },
    /* Filters. */
    { QUERY ("'filter':null"),
      "['Mailbox/query',{'accountId':'%a%','queryState':'%q%','canCalculateChanges':true,'position':0,'ids':['*','*','*','*','*','*','*','*','*','*'],'!total':0,'!limit':0},'0']" },
    { QUERY ("'filter':{}"), "['Mailbox/query',{'ids':['*','*','*','*','*','*','*','*','*','*']},'0']" },
    { QUERY ("'filter':{'role':'sent'}"), "['Mailbox/query',{'ids':['%sent%']},'0']" },
    { QUERY ("'filter':{'role':'all'}"), "['Mailbox/query',{'ids':[]},'0']" },
    { QUERY ("'filter':{'role':null},'sort':[{'property':'name'}]"), "['Mailbox/query',{'ids':['%c%','%d%','%p%','%z%']},'0']" },
    { QUERY ("'filter':{'hasAnyRole':false},'sort':[{'property':'sortOrder'}]"), "['Mailbox/query',{'ids':['%p%','%z%','%d%','%c%']},'0']" },
    { QUERY ("'filter':{'hasAnyRole':true},'calculateTotal':true,'limit':0"), "['Mailbox/query',{'ids':[],'total':6},'0']" },
    { QUERY ("'filter':{'parentId':'%p%'},'sort':[{'property':'name','isAscending':false}]"), "['Mailbox/query',{'ids':['%d%','%c%']},'0']" },
    { QUERY ("'filter':{'parentId':null,'hasAnyRole':false},'sort':[{'property':'name'}]"), "['Mailbox/query',{'ids':['%p%','%z%']},'0']" },
    { QUERY ("'filter':{'parentId':'nothing'}"), "['Mailbox/query',{'ids':[]},'0']" },
    { QUERY ("'filter':{'name':'\\u00e9TUD'}"), "['Mailbox/query',{'ids':['%d%']},'0']" },
    { QUERY ("'filter':{'isSubscribed':false}"), "['Mailbox/query',{'ids':['%d%']},'0']" },
    { QUERY ("'filter':{'operator':'OR','conditions':[{'role':'sent'},{'name':'zeb'}]},'sort':[{'property':'sortOrder'}],'calculateTotal':true"),
      "['Mailbox/query',{'ids':['*','*'],'total':2},'0']" },
    { QUERY ("'filter':{'operator':'AND','conditions':[{'hasAnyRole':false},{'operator':'NOT','conditions':[{'name':'zeb'},{'parentId':'%p%'}]}]}"),
      "['Mailbox/query',{'ids':['%p%']},'0']" },
    { QUERY ("'filter':{'operator':'XOR','conditions':[]}"), ERROR ("invalidArguments") },
    { QUERY ("'filter':{'operator':'AND'}"), ERROR ("invalidArguments") },
    { QUERY ("'filter':{'nothing':1}"), ERROR ("unsupportedFilter") },
    { QUERY ("'filter':{'hasAnyRole':'yes'}"), ERROR ("invalidArguments") },
    { QUERY ("'filter':{'role':7}"), ERROR ("invalidArguments") },
    { QUERY ("'filter':[]"), ERROR ("invalidArguments") },
    /* Sorts. */
    { QUERY ("'filter':{'hasAnyRole':false},'sort':[{'property':'parentId'},{'property':'name','collation':null}]"),
      "['Mailbox/query',{'ids':['%p%','%z%','%c%','%d%']},'0']" },
    { QUERY ("'filter':{'hasAnyRole':false},'sort':[{'property':'name','collation':'i;unicode-casemap'}]"), "['Mailbox/query',{'ids':['%c%','%d%','%p%','%z%']},'0']" },
    { QUERY ("'sort':[{'property':'name','collation':'i;nothing'}]"), ERROR ("unsupportedSort") },
    { QUERY ("'sort':[{'property':'nothing'}]"), ERROR ("unsupportedSort") },
    { QUERY ("'sort':[{}]"), ERROR ("invalidArguments") },
    { QUERY ("'sort':['name']"), ERROR ("invalidArguments") },
    { QUERY ("'sort':{'property':'name'}"), ERROR ("invalidArguments") },
    { QUERY ("'filter':{'hasAnyRole':false},'sort':[{'property':'name'}],'sortAsTree':true"), "['Mailbox/query',{'ids':['%p%','%c%','%d%','%z%']},'0']" },
    { QUERY ("'filter':{'hasAnyRole':false},'sort':[{'property':'name','isAscending':false}],'sortAsTree':true"), "['Mailbox/query',{'ids':['%z%','%p%','%d%','%c%']},'0']" },
  };
  g_autoptr (JmapSite) site = jmap_site_new ();

  jmap_site_run (site, steps, G_N_ELEMENTS (steps));
}

static void
test_filter_as_tree (void)
{
  static const JmapStep steps[] = {
    { SET ("'create':{'p':{'name':'Apple'},'c':{'name':'apricot','parentId':'#p'},'q':{'name':'Bag'},'d':{'name':'apse','parentId':'#q'}}"),
      "['Mailbox/set',{'created':{'p':{'id':'%p%'},'c':{'id':'%c%'},'q':{'id':'%q%'},'d':{'id':'%d%'}}},'0']" },
    { QUERY ("'filter':{'name':'ap'},'sort':[{'property':'name'}]"), "['Mailbox/query',{'ids':['%p%','%c%','%d%']},'0']" },
    { QUERY ("'filter':{'name':'ap'},'sort':[{'property':'name'}],'filterAsTree':true"), "['Mailbox/query',{'ids':['%p%','%c%']},'0']" },
  };
  g_autoptr (JmapSite) site = jmap_site_new ();

  jmap_site_run (site, steps, G_N_ELEMENTS (steps));
}

/* RFC 8620 section 5.5. */
static void
test_query_window (void)
{
  static const JmapStep steps[] = {
    { SET ("'create':{'1':{'name':'x1'},'2':{'name':'x2'},'3':{'name':'x3'},'4':{'name':'x4'},'5':{'name':'x5'}}"),
      "['Mailbox/set',{'created':{'1':{'id':'%1%'},'2':{'id':'%2%'},'3':{'id':'%3%'},'4':{'id':'%4%'},'5':{'id':'%5%'}}},'0']" },
#define WINDOW(arguments) QUERY ("'filter':{'name':'x'}," BY_NAME "," arguments)
    /* "Inbox" has an x, too. */
    { WINDOW ("'position':0,'limit':1"), "['Mailbox/query',{'position':0,'ids':['%inbox%']},'0']" },
    { WINDOW ("'position':1"), "['Mailbox/query',{'position':1,'ids':['%1%','%2%','%3%','%4%','%5%'],'!total':0},'0']" },
    { WINDOW ("'position':1,'limit':2,'calculateTotal':true"), "['Mailbox/query',{'position':1,'ids':['%1%','%2%'],'total':6},'0']" },
    { WINDOW ("'position':-2"), "['Mailbox/query',{'position':4,'ids':['%4%','%5%']},'0']" },
    { WINDOW ("'position':-100,'limit':2"), "['Mailbox/query',{'position':0,'ids':['%inbox%','%1%']},'0']" },
    { WINDOW ("'position':6"), "['Mailbox/query',{'position':6,'ids':[]},'0']" },
    { WINDOW ("'position':600"), "['Mailbox/query',{'ids':[]},'0']" },
    { WINDOW ("'limit':0,'calculateTotal':true"), "['Mailbox/query',{'ids':[],'total':6},'0']" },
    { WINDOW ("'limit':-1"), ERROR ("invalidArguments") },
    { WINDOW ("'limit':'2'"), ERROR ("invalidArguments") },
    { WINDOW ("'position':1.5"), ERROR ("invalidArguments") },
    { WINDOW ("'anchor':'%3%','position':77,'limit':2"), "['Mailbox/query',{'position':3,'ids':['%3%','%4%']},'0']" },
    { WINDOW ("'anchor':'%3%','anchorOffset':-1,'limit':2"), "['Mailbox/query',{'position':2,'ids':['%2%','%3%']},'0']" },
    { WINDOW ("'anchor':'%3%','anchorOffset':1,'limit':1"), "['Mailbox/query',{'position':4,'ids':['%4%']},'0']" },
    { WINDOW ("'anchor':'%3%','anchorOffset':-100,'limit':1"), "['Mailbox/query',{'position':0,'ids':['%inbox%']},'0']" },
    { WINDOW ("'anchor':'%3%','anchorOffset':100"), "['Mailbox/query',{'ids':[]},'0']" },
    { WINDOW ("'anchor':'nothing'"), ERROR ("anchorNotFound") },
    { WINDOW ("'anchor':''"), ERROR ("anchorNotFound") },
    { WINDOW ("'anchor':'%trash%'"), ERROR ("anchorNotFound") },
#undef WINDOW
  };
  g_autoptr (JmapSite) site = jmap_site_new ();

  jmap_site_run (site, steps, G_N_ELEMENTS (steps));
}

static void
test_query_changes (void)
{
  static const JmapStep steps[] = {
    { SET ("'create':{'1':{'name':'x1'},'2':{'name':'x2'}}"), "['Mailbox/set',{'created':{'1':{'id':'%1%'},'2':{'id':'%2%'}}},'0']" },
    { QUERY ("'filter':{'hasAnyRole':false}," BY_NAME), "['Mailbox/query',{'queryState':'%q0%','ids':['%1%','%2%']},'0']" },
#define SINCE(arguments) QUERY_CHANGES ("'filter':{'hasAnyRole':false}," BY_NAME "," arguments)
    { SINCE ("'sinceQueryState':'%q0%','calculateTotal':true"),
      "['Mailbox/queryChanges',{'accountId':'%a%','oldQueryState':'%q0%','newQueryState':'%q0%','total':2,'removed':[],'added':[]},'0']" },
    { SINCE ("'sinceQueryState':'nonsense'"), ERROR ("cannotCalculateChanges") },
    { QUERY_CHANGES (BY_NAME), ERROR ("invalidArguments") },
    { SINCE ("'sinceQueryState':'%q0%','maxChanges':0"), ERROR ("invalidArguments") },

    { SET ("'create':{'0':{'name':'x0'}}"), "['Mailbox/set',{'created':{'0':{'id':'%0%'}}},'0']" },
    { SINCE ("'sinceQueryState':'%q0%'"), "['Mailbox/queryChanges',{'newQueryState':'%q1%','removed':[],'added':[{'id':'%0%','index':0}],'!total':0},'0']" },
    { QUERY (BY_NAME), "['Mailbox/query',{'queryState':'%q1%'},'0']" },

    /* What may stand elsewhere now is taken out and put in again. */
    { SET ("'update':{'%1%':{'name':'x9'}}"), "['Mailbox/set',{'updated':{'%1%':null}},'0']" },
    { SINCE ("'sinceQueryState':'%q1%'"), "['Mailbox/queryChanges',{'newQueryState':'%q2%','removed':['%1%'],'added':[{'id':'%1%','index':2}]},'0']" },
    { SINCE ("'sinceQueryState':'%q1%','maxChanges':1"), ERROR ("tooManyChanges") },
    { SINCE ("'sinceQueryState':'%q1%','maxChanges':2"), "['Mailbox/queryChanges',{'removed':['*'],'added':['*']},'0']" },

    { SET ("'destroy':['%2%']"), "['Mailbox/set',{'destroyed':['%2%']},'0']" },
    { SINCE ("'sinceQueryState':'%q2%','calculateTotal':true"), "['Mailbox/queryChanges',{'newQueryState':'%q3%','total':2,'removed':['%2%'],'added':[]},'0']" },

    /* In a tree a child moves with its parent. */
    { SET ("'create':{'c':{'name':'c','parentId':'%0%'}}"), "['Mailbox/set',{'created':{'c':{'id':'%c%'}},'newState':'%q4%'},'0']" },
    { SET ("'update':{'%0%':{'name':'zz'}}"), "['Mailbox/set',{'updated':{'%0%':null}},'0']" },
    { SINCE ("'sinceQueryState':'%q4%','sortAsTree':true"),
      "['Mailbox/queryChanges',{'added':[{'id':'%1%','index':0},{'id':'%0%','index':1},{'id':'%c%','index':2}]},'0']" },
#undef SINCE
  };
  g_autoptr (JmapSite) site = jmap_site_new ();

  jmap_site_run (site, steps, G_N_ELEMENTS (steps));
}

static void
test_create (void)
{
  static const JmapStep steps[] = {
    { SET ("'create':{'x':{'name':'New'}}"),
      "['Mailbox/set',{'accountId':'%a%','oldState':'%s0%','newState':'%s1%','updated':null,'destroyed':null,'notCreated':null,'notUpdated':null,'notDestroyed':null,"
      "'created':{'x':{'id':'%new%','!name':0,'parentId':null,'role':null,'sortOrder':0,'totalEmails':0,'unreadEmails':0,'totalThreads':0,'unreadThreads':0,"
      "'isSubscribed':true,'myRights':{'mayRename':true,'mayDelete':true}}}},'0']" },
    { GET ("'ids':['%new%']"), "['Mailbox/get',{'state':'%s1%','list':[{'id':'%new%','name':'New','parentId':null,'role':null,'sortOrder':0,'isSubscribed':true}]},'0']" },
    { SET ("'create':{'x':{'name':'Child','parentId':'%new%','sortOrder':7,'isSubscribed':false,'role':null}}"),
      "['Mailbox/set',{'created':{'x':{'id':'%child%','!parentId':0,'!sortOrder':0,'!isSubscribed':0,'!role':0}}},'0']" },
    { GET ("'ids':['%child%']"), "['Mailbox/get',{'list':[{'id':'%child%','name':'Child','parentId':'%new%','sortOrder':7,'isSubscribed':false}]},'0']" },
    /* Records of one call may name each other, whatever their order. */
    { SET ("'create':{'c':{'name':'c','parentId':'#b'},'b':{'name':'b','parentId':'#a'},'a':{'name':'a'}}"),
      "['Mailbox/set',{'created':{'a':{'id':'%ma%'},'b':{'id':'%mb%','parentId':'%ma%'},'c':{'id':'%mc%','parentId':'%mb%'}},'notCreated':null},'0']" },
    { SET ("'create':{'r':{'name':'r','parentId':'#s'},'s':{'name':'s','parentId':'#r'}}"),
      "['Mailbox/set',{'created':null,'notCreated':{'r':{'type':'invalidProperties','properties':['parentId']},'s':{'type':'invalidProperties'}}},'0']" },
    /* The same name beside each other, but not elsewhere. */
    { SET ("'create':{'x':{'name':'New'},'y':{'name':'New','parentId':'%child%'}}"),
      "['Mailbox/set',{'created':{'y':{'id':'*'}},'notCreated':{'x':{'type':'alreadyExists','existingId':'%new%'}}},'0']" },
    /* Names come back in one form. */
    { SET ("'create':{'x':{'name':'E\\u0301tude'}}"), "['Mailbox/set',{'created':{'x':{'id':'%e%','name':'\xc3\x89tude'}}},'0']" },
    { SET ("'create':{'x':{'name':'\\u00c9tude'}}"), "['Mailbox/set',{'notCreated':{'x':{'type':'alreadyExists','existingId':'%e%'}}},'0']" },
    { SET ("'create':{'x':{'name':'a.b c~d \\u65e5\\u672c\\u8a9e & co'}}"), "['Mailbox/set',{'created':{'x':{'id':'%odd%'}}},'0']" },
    { GET ("'ids':['%odd%'],'properties':['name','parentId']"), "['Mailbox/get',{'list':[{'name':'a.b c~d \xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e & co','parentId':null}]},'0']" },
#define REFUSED(record, property) \
  { SET ("'create':{'x':" record "}"), "['Mailbox/set',{'created':null,'notCreated':{'x':{'type':'invalidProperties','properties':['" property "']}}},'0']" }
    REFUSED ("{}", "name"),
    REFUSED ("{'name':'a/b'}", "name"),
    REFUSED ("{'name':''}", "name"),
    REFUSED ("{'name':7}", "name"),
    REFUSED ("{'name':'a\\nb'}", "name"),
    REFUSED ("{'name':'0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789x'}", "name"),
    REFUSED ("{'name':'n','parentId':'nothing'}", "parentId"),
    REFUSED ("{'name':'n','parentId':'#nothing'}", "parentId"),
    REFUSED ("{'name':'n','parentId':7}", "parentId"),
    REFUSED ("{'name':'n','role':'inbox'}", "role"),
    REFUSED ("{'name':'n','role':'trash'}", "role"),
    REFUSED ("{'name':'n','role':'none'}", "role"),
    REFUSED ("{'name':'n','sortOrder':-1}", "sortOrder"),
    REFUSED ("{'name':'n','sortOrder':2147483648}", "sortOrder"),
    REFUSED ("{'name':'n','sortOrder':'1'}", "sortOrder"),
    REFUSED ("{'name':'n','isSubscribed':1}", "isSubscribed"),
    REFUSED ("{'name':'n','id':'x'}", "id"),
    REFUSED ("{'name':'n','totalEmails':0}", "totalEmails"),
    REFUSED ("{'name':'n','myRights':{}}", "myRights"),
    REFUSED ("{'name':'n','nothing':0}", "nothing"),
#undef REFUSED
    { SET ("'create':{'x':7}"), "['Mailbox/set',{'created':null,'notCreated':{'x':{'type':'invalidProperties'}}},'0']" },
    { SET ("'create':[]"), ERROR ("invalidArguments") },
    { SET ("'create':{},'update':null,'destroy':[]"), "['Mailbox/set',{'created':null,'updated':null,'destroyed':null,'notCreated':null},'0']" },
  };
  g_autoptr (JmapSite) site = jmap_site_new ();

  jmap_site_run (site, steps, G_N_ELEMENTS (steps));
}

static void
test_update (void)
{
  static const JmapStep steps[] = {
    { SET ("'create':{'a':{'name':'a'},'b':{'name':'b','parentId':'#a'}}"), "['Mailbox/set',{'created':{'a':{'id':'%ma%'},'b':{'id':'%mb%'}},'newState':'%s1%'},'0']" },
    { SET ("'update':{'%ma%':{'name':'A','sortOrder':3,'isSubscribed':false}}"), "['Mailbox/set',{'updated':{'%ma%':null},'notUpdated':null,'created':null,'oldState':'%s1%'},'0']" },
    { GET ("'ids':['%ma%','%mb%']"),
      "['Mailbox/get',{'list':[{'id':'%ma%','name':'A','sortOrder':3,'isSubscribed':false},{'id':'%mb%','name':'b','parentId':'%ma%'}]},'0']" },
    /* Moves, to the top and back. */
    { SET ("'update':{'%mb%':{'parentId':null}}"), "['Mailbox/set',{'updated':{'%mb%':null}},'0']" },
    { GET ("'ids':['%mb%']"), "['Mailbox/get',{'list':[{'parentId':null,'name':'b'}]},'0']" },
    { SET ("'update':{'%mb%':{'parentId':'%ma%','name':'bb'}}"), "['Mailbox/set',{'updated':{'%mb%':null}},'0']" },
    { GET ("'ids':['%mb%']"), "['Mailbox/get',{'list':[{'parentId':'%ma%','name':'bb'}]},'0']" },
    /* null is the default. */
    { SET ("'update':{'%ma%':{'sortOrder':null,'isSubscribed':null}}"), "['Mailbox/set',{'updated':{'%ma%':null}},'0']" },
    { GET ("'ids':['%ma%']"), "['Mailbox/get',{'list':[{'sortOrder':0,'isSubscribed':true}]},'0']" },
    /* What the server sets may be sent back as it is. */
    { SET ("'update':{'%ma%':{'id':'%ma%','totalEmails':0,'myRights/mayRename':true,'name':'A2'}}"), "['Mailbox/set',{'updated':{'%ma%':null}},'0']" },
    { SET ("'update':{'%ma%':{'totalEmails':1}}"), "['Mailbox/set',{'updated':null,'notUpdated':{'%ma%':{'type':'invalidProperties','properties':['totalEmails']}}},'0']" },
    { SET ("'update':{'%ma%':{'id':'x'}}"), "['Mailbox/set',{'notUpdated':{'%ma%':{'type':'invalidProperties','properties':['id']}}},'0']" },
    { SET ("'update':{'%ma%':{'myRights/mayRename':false}}"), "['Mailbox/set',{'notUpdated':{'%ma%':{'type':'invalidProperties','properties':['myRights']}}},'0']" },
    { SET ("'update':{'%ma%':{'nothing':1}}"), "['Mailbox/set',{'notUpdated':{'%ma%':{'type':'invalidProperties','properties':['nothing']}}},'0']" },
    { SET ("'update':{'%ma%':{'nothing/x':1}}"), "['Mailbox/set',{'notUpdated':{'%ma%':{'type':'invalidPatch'}}},'0']" },
    { SET ("'update':{'%ma%':7}"), "['Mailbox/set',{'notUpdated':{'%ma%':{'type':'invalidPatch'}}},'0']" },
    { SET ("'update':{'%ma%':{'name':null}}"), "['Mailbox/set',{'notUpdated':{'%ma%':{'type':'invalidProperties','properties':['name']}}},'0']" },
    { SET ("'update':{'%ma%':{'parentId':'%mb%'}}"), "['Mailbox/set',{'notUpdated':{'%ma%':{'type':'invalidProperties','properties':['parentId']}}},'0']" },
    { SET ("'update':{'%ma%':{'parentId':'%ma%'}}"), "['Mailbox/set',{'notUpdated':{'%ma%':{'type':'invalidProperties','properties':['parentId']}}},'0']" },
    { SET ("'update':{'nothing':{'name':'x'},'#nothing':{'name':'x'},'%ma%':{'sortOrder':1}}"),
      "['Mailbox/set',{'updated':{'%ma%':null},'notUpdated':{'nothing':{'type':'notFound'},'#nothing':{'type':'notFound'}}},'0']" },
    /* Roles are given, taken, and never double. */
    { SET ("'update':{'%ma%':{'role':'junk'}}"), "['Mailbox/set',{'notUpdated':{'%ma%':{'type':'invalidProperties','properties':['role']}}},'0']" },
    { SET ("'update':{'%junk%':{'role':null}}"), "['Mailbox/set',{'updated':{'%junk%':null}},'0']" },
    { SET ("'update':{'%ma%':{'role':'junk'}}"), "['Mailbox/set',{'updated':{'%ma%':null}},'0']" },
    { GET ("'ids':['%ma%','%junk%'],'properties':['role']"), "['Mailbox/get',{'list':[{'role':'junk'},{'role':null}]},'0']" },
    /* The inbox stays what it is. */
    { SET ("'update':{'%inbox%':{'role':null}}"), "['Mailbox/set',{'notUpdated':{'%inbox%':{'type':'forbidden'}}},'0']" },
    { SET ("'update':{'%inbox%':{'name':'x'}}"), "['Mailbox/set',{'notUpdated':{'%inbox%':{'type':'forbidden'}}},'0']" },
    { SET ("'update':{'%inbox%':{'parentId':'%ma%'}}"), "['Mailbox/set',{'notUpdated':{'%inbox%':{'type':'forbidden'}}},'0']" },
    { SET ("'update':{'%inbox%':{'sortOrder':9}}"), "['Mailbox/set',{'updated':{'%inbox%':null}},'0']" },
    { GET ("'ids':['%inbox%'],'properties':['sortOrder']"), "['Mailbox/get',{'list':[{'sortOrder':9}]},'0']" },
    { SET ("'update':{'%ma%':{'name':'n1'}},'create':{'x':{'name':'n2'}},'ifInState':'nonsense'"), ERROR ("stateMismatch") },
    { SET ("'update':{'%ma%':{'name':'n1'}},'ifInState':7"), ERROR ("invalidArguments") },
    { GET ("'ids':['%ma%'],'properties':['name']"), "['Mailbox/get',{'state':'%now%','list':[{'name':'A2'}]},'0']" },
    { SET ("'update':{'%ma%':{'name':'n1'}},'ifInState':'%now%'"), "['Mailbox/set',{'oldState':'%now%','updated':{'%ma%':null}},'0']" },
    /* A creation id of the same call or of one before. */
    { SET ("'create':{'k':{'name':'k'}},'update':{'#k':{'name':'k2'}}") "," SET ("'update':{'#k':{'name':'k3'}}"),
      "['Mailbox/set',{'created':{'k':{'id':'%k%'}},'updated':{'%k%':null}},'0'],['Mailbox/set',{'updated':{'%k%':null}},'0']" },
    { SET ("'update':{'%k%':{'name':'k4'}},'destroy':['%k%']"), "['Mailbox/set',{'updated':null,'notUpdated':{'%k%':{'type':'willDestroy'}},'destroyed':['%k%']},'0']" },
  };
  g_autoptr (JmapSite) site = jmap_site_new ();

  jmap_site_run (site, steps, G_N_ELEMENTS (steps));
}

static void
test_destroy (void)
{
  static const JmapStep before[] = {
    { SET ("'create':{'p':{'name':'p'},'c':{'name':'c','parentId':'#p'},'e':{'name':'e'}}"),
      "['Mailbox/set',{'created':{'p':{'id':'%p%'},'c':{'id':'%c%'},'e':{'id':'%e%'}}},'0']" },
  };
  static const JmapStep after[] = {
    { SET ("'destroy':['%inbox%','nothing','#nothing']"),
      "['Mailbox/set',{'destroyed':null,'notDestroyed':{'%inbox%':{'type':'forbidden'},'nothing':{'type':'notFound'},'#nothing':{'type':'notFound'}}},'0']" },
    { SET ("'destroy':['%e%']"), "['Mailbox/set',{'destroyed':['%e%'],'notDestroyed':null},'0']" },
    { SET ("'destroy':['%e%']"), "['Mailbox/set',{'destroyed':null,'notDestroyed':{'%e%':{'type':'notFound'}}},'0']" },
    { SET ("'destroy':['%c%']"), "['Mailbox/set',{'destroyed':null,'notDestroyed':{'%c%':{'type':'mailboxHasEmail'}}},'0']" },
    /* A child weighs more than mail, and then no mail is touched. */
    { SET ("'destroy':['%p%'],'onDestroyRemoveEmails':true"), "['Mailbox/set',{'destroyed':null,'notDestroyed':{'%p%':{'type':'mailboxHasChild'}}},'0']" },
    { SET ("'destroy':['%p%']"), "['Mailbox/set',{'destroyed':null,'notDestroyed':{'%p%':{'type':'mailboxHasChild'}}},'0']" },
    { GET ("'ids':['%p%','%c%'],'properties':['totalEmails']"), "['Mailbox/get',{'list':[{'totalEmails':1},{'totalEmails':1}]},'0']" },
    /* Both in one call, the parent first. */
    { SET ("'destroy':['%p%','%c%'],'onDestroyRemoveEmails':true"), "['Mailbox/set',{'destroyed':['%c%','%p%'],'notDestroyed':null},'0']" },
    { SET ("'destroy':['x'],'onDestroyRemoveEmails':1"), ERROR ("invalidArguments") },
    { SET ("'create':{'x':{'name':'x'}},'destroy':['#x']"), "['Mailbox/set',{'created':{'x':{'id':'%x%'}},'destroyed':['%x%']},'0']" },
  };
  g_autoptr (JmapSite) site = jmap_site_new ();
  g_autoptr (IntimailEnvelope) alone = NULL;
  g_autoptr (IntimailEnvelope) shared = NULL;
  g_autoptr (GError) error = NULL;
  const char *ids[] = { NULL, NULL };
  const char *mailboxes[] = { NULL, NULL, NULL };

  jmap_site_run (site, before, G_N_ELEMENTS (before));
  jmap_site_deliver (site, "p", "shared", NULL, "Subject: in two\n\nx\n");
  jmap_site_deliver (site, "c", "alone", NULL, "Subject: in one\n\nx\n");
  ids[0] = g_hash_table_lookup (site->names, "shared");
  mailboxes[0] = g_hash_table_lookup (site->names, "p");
  mailboxes[1] = g_hash_table_lookup (site->names, "inbox");
  g_assert_true (intimail_account_set_mailboxes (jmap_site_get_account (site), ids, mailboxes, NULL, &error));
  g_assert_no_error (error);

  jmap_site_run (site, after, G_N_ELEMENTS (after));

  /* What is elsewhere, too, stays there. */
  shared = intimail_account_get_envelope (jmap_site_get_account (site), ids[0], &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length ((char **) intimail_envelope_get_mailbox_ids (shared)), ==, 1);
  g_assert_cmpstr (intimail_envelope_get_mailbox_ids (shared)[0], ==, mailboxes[1]);
  alone = intimail_account_get_envelope (jmap_site_get_account (site), g_hash_table_lookup (site->names, "alone"), &error);
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND);
}

static void
test_set_limit (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();
  g_autoptr (GString) ids = g_string_new ("['Mailbox/set',{'accountId':'%a%','create':{'x':{'name':'x'}},'destroy':['x'");

  for (int i = 0; i < 4095; i++)
    g_string_append_printf (ids, ",'%d'", i);
  g_string_append (ids, "]},'0']");
  jmap_site_call (site, ids->str, ERROR ("requestTooLarge"));
  jmap_site_call (site, QUERY ("'filter':{'name':'x','hasAnyRole':false}"), "['Mailbox/query',{'ids':[]},'0']");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/jmap-mailbox/get", test_get);
  g_test_add_func ("/jmap-mailbox/get-limit", test_get_limit);
  g_test_add_func ("/jmap-mailbox/changes", test_changes);
  g_test_add_func ("/jmap-mailbox/counts", test_counts);
  g_test_add_func ("/jmap-mailbox/unread-threads", test_unread_threads);
  g_test_add_func ("/jmap-mailbox/query", test_query);
  g_test_add_func ("/jmap-mailbox/filter-as-tree", test_filter_as_tree);
  g_test_add_func ("/jmap-mailbox/query-window", test_query_window);
  g_test_add_func ("/jmap-mailbox/query-changes", test_query_changes);
  g_test_add_func ("/jmap-mailbox/create", test_create);
  g_test_add_func ("/jmap-mailbox/update", test_update);
  g_test_add_func ("/jmap-mailbox/destroy", test_destroy);
  g_test_add_func ("/jmap-mailbox/set-limit", test_set_limit);

  return g_test_run ();
}
