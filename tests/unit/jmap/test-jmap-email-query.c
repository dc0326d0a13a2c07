/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap-email.h"

/* Five mails, the oldest first: the first two are a thread. */
static void
fill (JmapSite *site)
{
  static const struct
  {
    const char *mailbox;
    const char *name;
    const char *keyword;
    const char *message;
  } mails[] = {
    { "inbox", "one", "$seen", "Message-ID: <1@b>\nFrom: Ann <ann@b.example>\nTo: alice@home.example\nSubject: Dinner\nDate: Mon, 2 Mar 2020 10:00:00 +0000\n\nWhere is the castle?" },
    { "inbox", "two", NULL, "Message-ID: <2@b>\nReferences: <1@b>\nFrom: Bob <bob@b.example>\nTo: alice@home.example\nCc: carl@b.example\nSubject: Re: Dinner\nDate: Tue, 3 Mar 2020 10:00:00 +0000\n\nOn the hill." },
    { "archive", "three", "$flagged", "Message-ID: <3@b>\nFrom: Carl <carl@b.example>\nTo: alice@home.example\nSubject: \303\204pfel and pears\nX-Tag: Blue moon\nDate: Wed, 4 Mar 2020 10:00:00 +0000\n\nA castle again, much longer than the others are: so that its size is the largest of all of them." },
    { "inbox", "four", "$label:red", "Message-ID: <4@b>\nFrom: zed@b.example\nTo: alice@home.example\nSubject: Bananas\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\nDate: Thu, 5 Mar 2020 10:00:00 +0000\n\n--b\n\nsee\n--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=x.pdf\n\nx\n--b--\n" },
    { "trash", "five", "$seen", "Message-ID: <5@b>\nFrom: Ann <ann@b.example>\nTo: bob@b.example\nBcc: alice@home.example\nSubject: cherries\nDate: Fri, 6 Mar 2020 10:00:00 +0000\n\nbye" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (mails); i++)
    jmap_email_deliver_at (site, mails[i].mailbox, mails[i].name, mails[i].keyword, 1583143200 + 86400 * i, mails[i].message);
}

/* What a filter finds, the oldest first. */
static const struct
{
  const char *filter;
  const char *ids;
} filters[] = {
  { "null", "'%one%','%two%','%three%','%four%','%five%'" },
  { "{}", "'%one%','%two%','%three%','%four%','%five%'" },
  { "{'inMailbox':'%inbox%'}", "'%one%','%two%','%four%'" },
  { "{'inMailbox':'nothing'}", "" },
  { "{'inMailboxOtherThan':['%trash%','%archive%']}", "'%one%','%two%','%four%'" },
  { "{'inMailboxOtherThan':[]}", "'%one%','%two%','%three%','%four%','%five%'" },
  { "{'before':'2020-03-04T10:00:00Z'}", "'%one%','%two%'" },
  { "{'after':'2020-03-04T10:00:00Z'}", "'%three%','%four%','%five%'" },
  { "{'minSize':240}", "'%three%','%four%'" },
  { "{'maxSize':240}", "'%one%','%two%','%five%'" },
  { "{'hasKeyword':'$seen'}", "'%one%','%five%'" },
  { "{'hasKeyword':'$Seen'}", "'%one%','%five%'" },
  { "{'notKeyword':'$seen'}", "'%two%','%three%','%four%'" },
  { "{'hasKeyword':'$label:red'}", "'%four%'" },
  { "{'allInThreadHaveKeyword':'$seen'}", "'%five%'" },
  { "{'someInThreadHaveKeyword':'$seen'}", "'%one%','%two%','%five%'" },
  { "{'noneInThreadHaveKeyword':'$seen'}", "'%three%','%four%'" },
  { "{'hasAttachment':true}", "'%four%'" },
  { "{'hasAttachment':false}", "'%one%','%two%','%three%','%five%'" },
  { "{'from':'ann'}", "'%one%','%five%'" },
  { "{'from':'ann@b.example'}", "'%one%','%five%'" },
  { "{'to':'bob'}", "'%five%'" },
  { "{'cc':'carl'}", "'%two%'" },
  { "{'bcc':'alice'}", "'%five%'" },
  { "{'subject':'dinner'}", "'%one%','%two%'" },
  { "{'subject':'\303\244pfel'}", "'%three%'" },
  { "{'subject':'pears and'}", "'%three%'" },
  { "{'subject':'\\u0022pears and\\u0022'}", "" },
  { "{'subject':'\\u0022and pears\\u0022'}", "'%three%'" },
  { "{'body':'castle'}", "'%one%','%three%'" },
  { "{'text':'carl'}", "'%two%','%three%'" },
  { "{'text':'castle dinner'}", "'%one%'" },
  { "{'header':['X-Tag']}", "'%three%'" },
  { "{'header':['x-tag','moon']}", "'%three%'" },
  { "{'header':['X-Tag','sun']}", "" },
  { "{'inMailbox':'%inbox%','hasKeyword':'$seen'}", "'%one%'" },
  { "{'inMailbox':'%inbox%','hasKeyword':null}", "'%one%','%two%','%four%'" },
  { "{'operator':'AND','conditions':[{'inMailbox':'%inbox%'},{'from':'bob'}]}", "'%two%'" },
  { "{'operator':'OR','conditions':[{'inMailbox':'%trash%'},{'from':'bob'}]}", "'%two%','%five%'" },
  { "{'operator':'NOT','conditions':[{'inMailbox':'%trash%'},{'from':'bob'}]}", "'%one%','%three%','%four%'" },
  { "{'operator':'AND','conditions':[]}", "'%one%','%two%','%three%','%four%','%five%'" },
  { "{'operator':'OR','conditions':[]}", "" },
  { "{'operator':'NOT','conditions':[]}", "'%one%','%two%','%three%','%four%','%five%'" },
  { "{'operator':'NOT','conditions':[{'operator':'OR','conditions':[{'hasKeyword':'$seen'},{'hasKeyword':'$flagged'}]}]}", "'%two%','%four%'" },
};

static void
test_filter (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();

  fill (site);
  for (gsize i = 0; i < G_N_ELEMENTS (filters); i++)
    {
      g_autofree char *call = g_strdup_printf ("['Email/query',{'accountId':'%%a%%','filter':%s,'sort':[{'property':'receivedAt','isAscending':true,'collation':null}]},'0']", filters[i].filter);
      g_autofree char *response = g_strdup_printf ("['Email/query',{'accountId':'%%a%%','queryState':'*','position':0,'canCalculateChanges':true,'!total':0,'ids':[%s]},'0']", filters[i].ids);

      jmap_site_call (site, call, response);
    }
}

static const struct
{
  const char *sort;
  const char *ids;
} sorts[] = {
  { "[{'property':'receivedAt'}]", "'%one%','%two%','%three%','%four%','%five%'" },
  { "[{'property':'receivedAt','isAscending':false}]", "'%five%','%four%','%three%','%two%','%one%'" },
  { "[{'property':'sentAt','isAscending':false}]", "'%five%','%four%','%three%','%two%','%one%'" },
  { "[{'property':'from'},{'property':'receivedAt'}]", "'%one%','%five%','%two%','%three%','%four%'" },
  { "[{'property':'subject'},{'property':'receivedAt'}]", "'*','*','*','*','*'" },
  { "[{'property':'hasKeyword','keyword':'$flagged','isAscending':false},{'property':'receivedAt'}]", "'%three%','%one%','%two%','%four%','%five%'" },
  { "[{'property':'someInThreadHaveKeyword','keyword':'$seen','isAscending':false},{'property':'receivedAt'}]", "'%one%','%two%','%five%','%three%','%four%'" },
  { "[{'property':'allInThreadHaveKeyword','keyword':'$seen','isAscending':false},{'property':'receivedAt'}]", "'%five%','%one%','%two%','%three%','%four%'" },
  { "[{'property':'to'},{'property':'receivedAt','collation':'i;unicode-casemap'}]", "'%one%','%two%','%three%','%four%','%five%'" },
};

static void
test_sort (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();

  fill (site);
  for (gsize i = 0; i < G_N_ELEMENTS (sorts); i++)
    {
      g_autofree char *call = g_strdup_printf ("['Email/query',{'accountId':'%%a%%','sort':%s},'0']", sorts[i].sort);
      g_autofree char *response = g_strdup_printf ("['Email/query',{'ids':[%s]},'0']", sorts[i].ids);

      jmap_site_call (site, call, response);
    }
}

#define QUERY(arguments) "['Email/query',{'accountId':'%a%','sort':[{'property':'receivedAt'}]," arguments "},'0']"
#define IDS(ids) "['Email/query',{'ids':[" ids "]},'0']"

static const JmapStep window_steps[] = {
  { QUERY ("'limit':2"), IDS ("'%one%','%two%'") },
  { QUERY ("'limit':0,'calculateTotal':true,'filter':{'hasKeyword':'$seen'}"), "['Email/query',{'ids':[],'total':2},'0']" },
  { QUERY ("'position':3"), IDS ("'%four%','%five%'") },
  { QUERY ("'position':-2"), "['Email/query',{'position':3,'ids':['%four%','%five%']},'0']" },
  { QUERY ("'position':-20,'limit':1"), IDS ("'%one%'") },
  { QUERY ("'position':500"), IDS ("") },
  { QUERY ("'anchor':'%three%','limit':1"), "['Email/query',{'position':2,'ids':['%three%']},'0']" },
  { QUERY ("'anchor':'%three%','anchorOffset':-1,'limit':2,'position':4"), IDS ("'%two%','%three%'") },
  { QUERY ("'anchor':'%three%','anchorOffset':-10,'limit':1"), IDS ("'%one%'") },
  { QUERY ("'anchor':'nothing'"), "['error',{'type':'anchorNotFound'},'0']" },
  { QUERY ("'limit':-1"), "['error',{'type':'invalidArguments'},'0']" },
  { QUERY ("'collapseThreads':true,'calculateTotal':true"), "['Email/query',{'total':4,'ids':['%one%','%three%','%four%','%five%']},'0']" },
  { QUERY ("'collapseThreads':true,'filter':{'inMailbox':'%inbox%'}"), IDS ("'%one%','%four%'") },
  /* What is not known, and what is of the wrong type. */
  { QUERY ("'filter':{'shoeSize':42}"), "['error',{'type':'unsupportedFilter'},'0']" },
  { QUERY ("'filter':{'operator':'XOR','conditions':[]}"), "['error',{'type':'invalidArguments'},'0']" },
  { QUERY ("'filter':{'operator':'AND'}"), "['error',{'type':'invalidArguments'},'0']" },
  { QUERY ("'filter':{'operator':'AND','conditions':[1]}"), "['error',{'type':'invalidArguments'},'0']" },
  { QUERY ("'filter':{'before':'yesterday'}"), "['error',{'type':'invalidArguments'},'0']" },
  { QUERY ("'filter':{'minSize':-1}"), "['error',{'type':'invalidArguments'},'0']" },
  { QUERY ("'filter':{'minSize':'1'}"), "['error',{'type':'invalidArguments'},'0']" },
  { QUERY ("'filter':{'hasAttachment':'yes'}"), "['error',{'type':'invalidArguments'},'0']" },
  { QUERY ("'filter':{'inMailbox':5}"), "['error',{'type':'invalidArguments'},'0']" },
  { QUERY ("'filter':{'inMailboxOtherThan':'%inbox%'}"), "['error',{'type':'invalidArguments'},'0']" },
  { QUERY ("'filter':{'header':[]}"), "['error',{'type':'invalidArguments'},'0']" },
  { QUERY ("'filter':{'header':['a','b','c']}"), "['error',{'type':'invalidArguments'},'0']" },
  { QUERY ("'filter':[]"), "['error',{'type':'invalidArguments'},'0']" },
  { "['Email/query',{'accountId':'%a%','sort':[{'property':'colour'}]},'0']", "['error',{'type':'unsupportedSort'},'0']" },
  { "['Email/query',{'accountId':'%a%','sort':[{'property':'subject','collation':'i;klingon'}]},'0']", "['error',{'type':'unsupportedSort'},'0']" },
  { "['Email/query',{'accountId':'%a%','sort':[{'property':'hasKeyword'}]},'0']", "['error',{'type':'invalidArguments'},'0']" },
  { "['Email/query',{'accountId':'%a%','sort':{}},'0']", "['error',{'type':'invalidArguments'},'0']" },
  { "['Email/query',{'accountId':'no'},'0']", "['error',{'type':'accountNotFound'},'0']" },
  { "['Email/query',{},'0']", "['error',{'type':'invalidArguments'},'0']" },
};

static void
test_window (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();

  fill (site);
  jmap_site_run (site, window_steps, G_N_ELEMENTS (window_steps));
}

#define CHANGES(arguments) "['Email/queryChanges',{'accountId':'%a%','sort':[{'property':'receivedAt'}]," arguments "},'q']"
#define UPDATE(update) "['Email/set',{'accountId':'%a%','update':{" update "}},'u'],"
#define UPDATED "['Email/set',{'notUpdated':null},'u'],"

static const JmapStep change_steps[] = {
  { QUERY ("'filter':{'inMailbox':'%inbox%'}"), "['Email/query',{'queryState':'%s0%','ids':['%one%','%two%','%four%']},'0']" },
  { CHANGES ("'filter':{'inMailbox':'%inbox%'},'sinceQueryState':'%s0%','calculateTotal':true"),
    "['Email/queryChanges',{'accountId':'%a%','oldQueryState':'%s0%','newQueryState':'%s0%','total':3,'removed':[],'added':[]},'q']" },
  /* What changed and is still there is removed and added. */
  { UPDATE ("'%two%':{'keywords/x':true}") CHANGES ("'filter':{'inMailbox':'%inbox%'},'sinceQueryState':'%s0%'"),
    UPDATED "['Email/queryChanges',{'newQueryState':'%s1%','!total':0,'removed':['%two%'],'added':[{'id':'%two%','index':1}]},'q']" },
  /* Moved in and out. */
  { UPDATE ("'%three%':{'mailboxIds':{'%inbox%':true}}") CHANGES ("'filter':{'inMailbox':'%inbox%'},'sinceQueryState':'%s1%'"),
    UPDATED "['Email/queryChanges',{'newQueryState':'%s2%','removed':['%three%'],'added':[{'id':'%three%','index':2}]},'q']" },
  { UPDATE ("'%three%':{'mailboxIds':{'%archive%':true}}") CHANGES ("'filter':{'inMailbox':'%inbox%'},'sinceQueryState':'%s2%'"),
    UPDATED "['Email/queryChanges',{'newQueryState':'%s3%','removed':['%three%'],'added':[]},'q']" },
  /* With threads collapsed a change of one is a change of all of its thread. */
  { UPDATE ("'%one%':{'keywords/y':true}") CHANGES ("'collapseThreads':true,'filter':{'hasKeyword':'y'},'sinceQueryState':'%s3%'"),
    UPDATED "['Email/queryChanges',{'newQueryState':'%s4%','removed':'*','added':[{'id':'%one%','index':0}]},'q']" },
  { UPDATE ("'%four%':{'keywords/y':true}") CHANGES ("'collapseThreads':true,'sinceQueryState':'%s4%'"),
    UPDATED "['Email/queryChanges',{'newQueryState':'%s5%','removed':['%four%'],'added':[{'id':'%four%','index':2}]},'q']" },
  /* The one that stood for its thread is destroyed: the next stands for it. */
  { "['Email/set',{'accountId':'%a%','destroy':['%one%']},'u']," CHANGES ("'collapseThreads':true,'sinceQueryState':'%s5%'"),
    "['Email/set',{'destroyed':['%one%']},'u'],['Email/queryChanges',{'removed':['*','*'],'added':[{'id':'%two%','index':0}]},'q']" },
  { CHANGES ("'sinceQueryState':'%s0%','maxChanges':1"), "['error',{'type':'tooManyChanges'},'q']" },
  { CHANGES ("'sinceQueryState':'%s0%','maxChanges':0"), "['error',{'type':'invalidArguments'},'q']" },
  { CHANGES ("'sinceQueryState':'other.5'"), "['error',{'type':'cannotCalculateChanges'},'q']" },
  { CHANGES ("'upToId':'%one%'"), "['error',{'type':'invalidArguments'},'q']" },
  { CHANGES ("'sinceQueryState':'%s0%','filter':{'shoeSize':1}"), "['error',{'type':'unsupportedFilter'},'q']" },
};

static void
test_changes (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();

  fill (site);
  jmap_site_run (site, change_steps, G_N_ELEMENTS (change_steps));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/jmap-email-query/filter", test_filter);
  g_test_add_func ("/jmap-email-query/sort", test_sort);
  g_test_add_func ("/jmap-email-query/window", test_window);
  g_test_add_func ("/jmap-email-query/changes", test_changes);

  return g_test_run ();
}
