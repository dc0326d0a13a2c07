/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The engine: requests, sessions, references and creation ids, whatever the
 * method.
 */

#include "jmap-site.h"

#define USING_ALL "'using':['urn:ietf:params:jmap:core','urn:ietf:params:jmap:mail']"
#define ECHO "['Core/echo',{'x':1},'0']"

static void
test_request_errors (void)
{
  static const struct
  {
    const char *request;
    const char *type;
    const char *limit;
  } cases[] = {
    { "", "notJSON", NULL },
    { "{", "notJSON", NULL },
    { "hello", "notJSON", NULL },
    { "{'using':[],'methodCalls':[]} {}", "notJSON", NULL },
    { "{'using':[],'using':[],'methodCalls':[]}", "notJSON", NULL },
    { "{'using':[],'methodCalls':[['Core/echo',{'x':NaN},'0']]}", "notJSON", NULL },
    { "\xff", "notJSON", NULL },
    { "[]", "notRequest", NULL },
    { "null", "notRequest", NULL },
    { "7", "notRequest", NULL },
    { "{}", "notRequest", NULL },
    { "{'using':[]}", "notRequest", NULL },
    { "{'methodCalls':[]}", "notRequest", NULL },
    { "{'using':null,'methodCalls':[]}", "notRequest", NULL },
    { "{'using':[1],'methodCalls':[]}", "notRequest", NULL },
    { "{'using':'urn:ietf:params:jmap:core','methodCalls':[]}", "notRequest", NULL },
    { "{" USING_ALL ",'methodCalls':{}}", "notRequest", NULL },
    { "{" USING_ALL ",'methodCalls':['Core/echo']}", "notRequest", NULL },
    { "{" USING_ALL ",'methodCalls':[['Core/echo',{}]]}", "notRequest", NULL },
    { "{" USING_ALL ",'methodCalls':[['Core/echo',{},'0',1]]}", "notRequest", NULL },
    { "{" USING_ALL ",'methodCalls':[['Core/echo',[],'0']]}", "notRequest", NULL },
    { "{" USING_ALL ",'methodCalls':[['Core/echo',{},0]]}", "notRequest", NULL },
    { "{" USING_ALL ",'methodCalls':[[null,{},'0']]}", "notRequest", NULL },
    { "{" USING_ALL ",'methodCalls':[],'createdIds':[]}", "notRequest", NULL },
    { "{" USING_ALL ",'methodCalls':[],'createdIds':{'a':1}}", "notRequest", NULL },
    { "{'using':['urn:ietf:params:jmap:core','https://example.com/nothing'],'methodCalls':[]}", "unknownCapability", NULL },
    { "{'using':['urn:ietf:params:jmap:contacts'],'methodCalls':[]}", "unknownCapability", NULL },
  };
  g_autoptr (JmapSite) site = jmap_site_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint status = 0;
      g_autoptr (GBytes) answer = jmap_site_send (site, cases[i].request, &status);
      g_autoptr (JsonNode) root = jmap_site_parse (answer);
      g_autofree char *pattern = g_strdup_printf ("{'type':'urn:ietf:params:jmap:error:%s','status':400,'detail':'*','!limit':0}", cases[i].type);
      g_autofree char *shown = g_strescape (cases[i].request, NULL);

      g_test_message ("%s", shown);
      g_assert_cmpuint (status, ==, 400);
      jmap_test_assert_matches (pattern, root, site->names);
    }
}

static void
assert_limit (JmapSite *site, const char *request, const char *limit)
{
  guint status = 0;
  g_autoptr (GBytes) answer = jmap_site_send (site, request, &status);
  g_autoptr (JsonNode) root = jmap_site_parse (answer);
  g_autofree char *pattern = g_strdup_printf ("{'type':'urn:ietf:params:jmap:error:limit','status':400,'limit':'%s'}", limit);

  g_assert_cmpuint (status, ==, 400);
  jmap_test_assert_matches (pattern, root, site->names);
}

static void
test_request_limits (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();
  g_autoptr (GString) calls = g_string_new ("{" USING_ALL ",'methodCalls':[" ECHO);
  g_autoptr (GString) deep = g_string_new ("{" USING_ALL ",'methodCalls':[['Core/echo',{'x':");
  g_autofree char *large = g_strnfill (10 * 1024 * 1024 + 1, ' ');

  for (int i = 0; i < 64; i++)
    g_string_append (calls, "," ECHO);
  g_string_append (calls, "]}");
  for (int i = 0; i < 100000; i++)
    g_string_append_c (deep, '[');

  assert_limit (site, calls->str, "maxCallsInRequest");
  assert_limit (site, deep->str, "maxSizeRequest");
  assert_limit (site, large, "maxSizeRequest");
}

static void
test_calls (void)
{
  static const JmapStep steps[] = {
    /* Core/echo gives back what it got: order, nulls and unknown words. */
    { "['Core/echo',{'b':null,'a':[1,{'c':'\\u00e9'}]},'x']", "['Core/echo',{'b':null,'a':[1,{'c':'\xc3\xa9'}]},'x']" },
    { "['Nothing/get',{},'0']," ECHO, "['error',{'type':'unknownMethod'},'0']," ECHO },
    { "['core/echo',{},'0']", "['error',{'type':'unknownMethod'},'0']" },
    { "['error',{},'0']", "['error',{'type':'unknownMethod'},'0']" },
    /* No account is implied, and no other one is there. */
    { "['Mailbox/get',{},'0']", "['error',{'type':'invalidArguments'},'0']" },
    { "['Mailbox/get',{'accountId':null},'0']", "['error',{'type':'invalidArguments'},'0']" },
    { "['Mailbox/get',{'accountId':7},'0']", "['error',{'type':'invalidArguments'},'0']" },
    { "['Mailbox/get',{'accountId':'nobody'},'0']", "['error',{'type':'accountNotFound'},'0']" },
    /* Unknown arguments are not ours to judge. */
    { "['Mailbox/get',{'accountId':'%a%','ids':[],'whatever':1},'0']", "['Mailbox/get',{'list':[]},'0']" },
    /* Results are found by call id and name. */
    { "['Core/echo',{'list':[{'id':'x'},{'id':'y'}]},'0'],"
      "['Core/echo',{'#ids':{'resultOf':'0','name':'Core/echo','path':'/list/*/id'}},'1']",
      "['Core/echo',{'list':'*'},'0'],['Core/echo',{'ids':['x','y'],'!#ids':0},'1']" },
    { "['Nothing/get',{},'0'],['Core/echo',{'#x':{'resultOf':'0','name':'Nothing/get','path':''}},'1']",
      "['error',{'type':'unknownMethod'},'0'],['error',{'type':'invalidResultReference'},'1']" },
    { "['Core/echo',{'x':1,'#x':{'resultOf':'0','name':'Core/echo','path':''}},'1']",
      "['error',{'type':'invalidArguments'},'1']" },
  };
  g_autoptr (JmapSite) site = jmap_site_new ();

  jmap_site_run (site, steps, G_N_ELEMENTS (steps));
}

/* What "using" says opens methods. */
static void
test_using (void)
{
  static const struct
  {
    const char *using;
    const char *method;
    gboolean known;
  } cases[] = {
    { "", "Core/echo", FALSE },
    { "", "Mailbox/get", FALSE },
    { "'urn:ietf:params:jmap:core'", "Core/echo", TRUE },
    { "'urn:ietf:params:jmap:core'", "Mailbox/get", FALSE },
    { "'urn:ietf:params:jmap:core'", "Quota/get", FALSE },
    { "'urn:ietf:params:jmap:mail'", "Mailbox/get", TRUE },
    { "'urn:ietf:params:jmap:mail'", "Identity/get", TRUE },
    { "'urn:ietf:params:jmap:mail'", "Quota/get", TRUE },
    { "'urn:ietf:params:jmap:submission'", "Identity/get", TRUE },
    { "'urn:ietf:params:jmap:submission'", "Mailbox/get", FALSE },
    { "'urn:ietf:params:jmap:quota'", "Quota/get", TRUE },
    { "'urn:ietf:params:jmap:vacationresponse'", "VacationResponse/get", TRUE },
    { "'urn:ietf:params:jmap:vacationresponse'", "Quota/get", FALSE },
    { "'urn:ietf:params:jmap:mail'", "VacationResponse/get", TRUE },
    { "'urn:ietf:params:jmap:core'", "VacationResponse/get", FALSE },
  };
  g_autoptr (JmapSite) site = jmap_site_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *request = g_strdup_printf ("{'using':[%s],'methodCalls':[['%s',{'accountId':'%%a%%'},'0']]}", cases[i].using, cases[i].method);
      g_autofree char *pattern = g_strdup_printf ("{'methodResponses':[['%s',%s,'0']]}", cases[i].known ? cases[i].method : "error", cases[i].known ? "'*'" : "{'type':'unknownMethod'}");
      guint status = 0;
      g_autoptr (GBytes) answer = jmap_site_send (site, request, &status);
      g_autoptr (JsonNode) root = jmap_site_parse (answer);

      g_test_message ("%s %s", cases[i].using, cases[i].method);
      g_assert_cmpuint (status, ==, 200);
      jmap_test_assert_matches (pattern, root, site->names);
    }
}

/* createdIds come back only when they were sent, with what was made meanwhile. */
static void
test_created_ids (void)
{
  static const struct
  {
    const char *request;
    const char *response;
  } cases[] = {
    { "{" USING_ALL ",'methodCalls':[" ECHO "]}",
      "{'methodResponses':[" ECHO "],'!createdIds':0,'sessionState':'%state%'}" },
    { "{" USING_ALL ",'methodCalls':[" ECHO "],'whatever':1,'createdIds':{}}",
      "{'createdIds':{},'sessionState':'%state%'}" },
    { "{" USING_ALL ",'methodCalls':[['Mailbox/get',{'accountId':'%a%','ids':['#old'],'properties':['role']},'0']],'createdIds':{'old':'%inbox%'}}",
      "{'methodResponses':[['Mailbox/get',{'list':[{'id':'%inbox%','role':'inbox'}]},'0']],'createdIds':{'old':'%inbox%'}}" },
    { "{" USING_ALL ",'methodCalls':[['Mailbox/set',{'accountId':'%a%','create':{'old':{'name':'New'}}},'0']],'createdIds':{'old':'%inbox%'}}",
      "{'methodResponses':[['Mailbox/set',{'created':{'old':{'id':'%new%'}}},'0']],'createdIds':{'old':'%new%'}}" },
  };
  g_autoptr (JmapSite) site = jmap_site_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint status = 0;
      g_autoptr (GBytes) answer = jmap_site_send (site, cases[i].request, &status);
      g_autoptr (JsonNode) root = jmap_site_parse (answer);

      jmap_test_assert_matches (cases[i].response, root, site->names);
    }
}

/* Calls that each double what the last one said end in an error, not in the
 * kernel's. */
static void
test_reference_bomb (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();
  g_autoptr (GString) request = g_string_new ("{" USING_ALL ",'methodCalls':[['Core/echo',{'x':'aaaaaaaaaaaaaaaa'},'0']");
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (JsonNode) root = NULL;
  JsonArray *responses;
  guint status = 0;

  for (int i = 1; i < 64; i++)
    g_string_append_printf (request, ",['Core/echo',{'#x':{'resultOf':'%d','name':'Core/echo','path':''},'#y':{'resultOf':'%d','name':'Core/echo','path':''}},'%d']", i - 1, i - 1, i);
  g_string_append (request, "]}");

  answer = jmap_site_send (site, request->str, &status);
  g_assert_cmpuint (status, ==, 200);
  g_assert_cmpuint (g_bytes_get_size (answer), <, 64 * 1024 * 1024);
  root = jmap_site_parse (answer);
  responses = json_object_get_array_member (json_node_get_object (root), "methodResponses");
  g_assert_cmpuint (json_array_get_length (responses), ==, 64);
  jmap_test_assert_matches ("['error',{'type':'invalidResultReference'},'63']", json_array_get_element (responses, 63), site->names);
}

/* The same large mail, many times in one request: told until it is too much. */
static void
test_get_budget (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();
  g_autoptr (GString) message = g_string_new ("Subject: large\n\n");
  g_autoptr (GString) calls = g_string_new (NULL);
  g_autoptr (GString) responses = g_string_new (NULL);

  for (int i = 0; i < 10000; i++)
    g_string_append (message, "All work and no play makes Jack a dull boy, and then all work and no play again.\n");
  jmap_site_deliver (site, "inbox", "large", NULL, message->str);

#define GET(ids) "['Email/get',{'accountId':'%a%','ids':[" ids "],'properties':['bodyValues'],'fetchAllBodyValues':true},'0']"
  for (int i = 0; i < 60; i++)
    {
      g_string_append_printf (calls, "%s,", GET ("'%large%'"));
      g_string_append_printf (responses, "%s,", i == 0 ? "['Email/get',{'list':['*']},'0']" : "'*'");
    }
  g_string_append (calls, GET ("'%large%'") "," GET ("'nothing'"));
  g_string_append (responses, "['error',{'type':'requestTooLarge'},'0'],['Email/get',{'list':[],'notFound':['nothing']},'0']");
  jmap_site_call (site, calls->str, responses->str);
#undef GET
}

static void
test_session (void)
{
  static const char pattern[] =
      "{'capabilities':{'urn:ietf:params:jmap:core':{'maxSizeUpload':'*','maxConcurrentUpload':4,'maxSizeRequest':10485760,"
      "'maxConcurrentRequests':8,'maxCallsInRequest':64,'maxObjectsInGet':4096,'maxObjectsInSet':4096,"
      "'collationAlgorithms':['i;unicode-casemap']},"
      "'urn:ietf:params:jmap:mail':{},'urn:ietf:params:jmap:submission':{},'urn:ietf:params:jmap:quota':{},'urn:ietf:params:jmap:vacationresponse':{}},"
      "'accounts':{'%a%':{'name':'alice@home.example','isPersonal':true,'isReadOnly':false,'accountCapabilities':{"
      "'urn:ietf:params:jmap:core':{},"
      "'urn:ietf:params:jmap:mail':{'maxMailboxesPerEmail':null,'maxMailboxDepth':16,'maxSizeMailboxName':100,"
      "'maxSizeAttachmentsPerEmail':'*','emailQuerySortOptions':'*','mayCreateTopLevelMailbox':true},"
      "'urn:ietf:params:jmap:submission':{'maxDelayedSend':7776000,'submissionExtensions':{'FUTURERELEASE':['7776000']}},'urn:ietf:params:jmap:quota':{},'urn:ietf:params:jmap:vacationresponse':{}}}},"
      "'primaryAccounts':{'urn:ietf:params:jmap:mail':'%a%','urn:ietf:params:jmap:submission':'%a%','urn:ietf:params:jmap:quota':'%a%','urn:ietf:params:jmap:vacationresponse':'%a%',"
      "'!urn:ietf:params:jmap:core':0},"
      "'username':'alice@home.example',"
      "'apiUrl':'https://mail.home.example/jmap/api',"
      "'downloadUrl':'https://mail.home.example/jmap/download/{accountId}/{blobId}/{name}?type={type}',"
      "'uploadUrl':'https://mail.home.example/jmap/upload/{accountId}/',"
      "'eventSourceUrl':'https://mail.home.example/jmap/events?types={types}&closeafter={closeafter}&ping={ping}',"
      "'state':'%state%'}";
  g_autoptr (JmapSite) site = jmap_site_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) session = intimail_jmap_get_session (site->jmap, "https://mail.home.example/", &error);
  g_autoptr (GBytes) none = NULL;
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (JsonNode) response = NULL;
  guint status = 0;

  g_assert_no_error (error);
  root = jmap_site_parse (session);
  jmap_test_assert_matches (pattern, root, site->names);
  g_assert_true (g_regex_match_simple ("^a[a-z2-7]{26}$", intimail_jmap_get_account_id (site->jmap), 0, 0));

  answer = jmap_site_send (site, "{" USING_ALL ",'methodCalls':[]}", &status);
  response = jmap_site_parse (answer);
  jmap_test_assert_matches ("{'methodResponses':[],'sessionState':'%state%'}", response, site->names);

  none = intimail_jmap_get_session (site->jmap, "mail.home.example", &error);
  g_assert_null (none);
  g_assert_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT);
}

static void
test_state_change (void)
{
  static const char *const two[] = { "Mailbox", "Email", "Nothing", NULL };
  static const char *const star[] = { "*", NULL };
  g_autoptr (JmapSite) site = jmap_site_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *first_id = NULL;
  g_autofree char *same_id = NULL;
  g_autofree char *next_id = NULL;
  g_autofree char *first = intimail_jmap_get_state_change (site->jmap, NULL, &first_id, &error);
  g_autofree char *same = intimail_jmap_get_state_change (site->jmap, star, &same_id, &error);
  g_autofree char *some = intimail_jmap_get_state_change (site->jmap, two, NULL, &error);
  g_autofree char *next = NULL;
  g_autoptr (JsonNode) all_root = NULL;
  g_autoptr (JsonNode) some_root = NULL;
  g_autoptr (JsonNode) next_root = NULL;

  g_assert_no_error (error);
  all_root = jmap_test_parse (first);
  some_root = jmap_test_parse (some);
  jmap_test_assert_matches ("{'@type':'StateChange','changed':{'%a%':{'Email':'%email%','EmailDelivery':'%delivery%','EmailSubmission':'*','Identity':'*',"
                            "'Mailbox':'%mailbox%','Quota':'*','Thread':'*','VacationResponse':'*'}}}",
                            all_root, site->names);
  jmap_test_assert_matches ("{'changed':{'%a%':{'Email':'%email%','Mailbox':'%mailbox%','!Thread':0,'!Nothing':0}}}", some_root, site->names);
  g_assert_cmpstr (same, ==, first);
  g_assert_cmpstr (same_id, ==, first_id);
  g_assert_null (strchr (first, '\n'));

  /* A mail that arrives is a delivery; one that is read is not. */
  jmap_site_deliver (site, "inbox", "m", NULL, "Subject: x\n\nx\n");
  next = intimail_jmap_get_state_change (site->jmap, NULL, &next_id, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (next_id, !=, first_id);
  next_root = jmap_test_parse (next);
  jmap_test_assert_matches ("{'changed':{'%a%':{'Email':'%email2%','EmailDelivery':'%delivery2%'}}}", next_root, site->names);
  g_assert_cmpstr (g_hash_table_lookup (site->names, "email"), !=, g_hash_table_lookup (site->names, "email2"));
  g_assert_cmpstr (g_hash_table_lookup (site->names, "delivery"), !=, g_hash_table_lookup (site->names, "delivery2"));
  {
    const char *const ids[] = { g_hash_table_lookup (site->names, "m"), NULL };
    static const char *const seen[] = { "$seen", NULL };
    g_autofree char *last = NULL;
    g_autoptr (JsonNode) last_root = NULL;

    g_assert_true (intimail_account_set_keywords (jmap_site_get_account (site), ids, seen, NULL, NULL, &error));
    last = intimail_jmap_get_state_change (site->jmap, NULL, NULL, &error);
    last_root = jmap_test_parse (last);
    jmap_test_assert_matches ("{'changed':{'%a%':{'Email':'%email3%','EmailDelivery':'%delivery2%'}}}", last_root, site->names);
    g_assert_cmpstr (g_hash_table_lookup (site->names, "email2"), !=, g_hash_table_lookup (site->names, "email3"));
  }
}

static void
assert_vacation_state (JmapSite *site, const char *pattern)
{
  static const char *const types[] = { "VacationResponse", "Email", NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *change = intimail_jmap_get_state_change (site->jmap, types, NULL, &error);
  g_autoptr (JsonNode) root = NULL;

  g_assert_no_error (error);
  root = jmap_test_parse (change);
  jmap_test_assert_matches (pattern, root, site->names);
}

/* No journal has it; a file of rules that is broken costs no other state. */
static void
test_vacation_state (void)
{
  static const JmapStep steps[] = {
    { "['VacationResponse/get',{'accountId':'%a%'},'0']", "['VacationResponse/get',{'state':'%before%'},'0']" },
    { "['VacationResponse/set',{'accountId':'%a%','update':{'singleton':{'isEnabled':true}}},'0']", "['VacationResponse/set',{'oldState':'%before%','newState':'%after%'},'0']" },
  };
  g_autoptr (JmapSite) site = jmap_site_new ();
  g_autofree char *path = g_build_filename (intimail_account_get_path (jmap_site_get_account (site)), "intimail.rules", NULL);

  jmap_site_run (site, steps, 1);
  assert_vacation_state (site, "{'changed':{'%a%':{'VacationResponse':'%before%','Email':'%email%'}}}");
  jmap_site_run (site, steps + 1, 1);
  g_assert_cmpstr (g_hash_table_lookup (site->names, "before"), !=, g_hash_table_lookup (site->names, "after"));
  assert_vacation_state (site, "{'changed':{'%a%':{'VacationResponse':'%after%','Email':'%email%'}}}");
  test_support_write_file (path, "{");
  assert_vacation_state (site, "{'changed':{'%a%':{'!VacationResponse':0,'Email':'%email%'}}}");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/jmap/request-errors", test_request_errors);
  g_test_add_func ("/jmap/request-limits", test_request_limits);
  g_test_add_func ("/jmap/calls", test_calls);
  g_test_add_func ("/jmap/using", test_using);
  g_test_add_func ("/jmap/created-ids", test_created_ids);
  g_test_add_func ("/jmap/reference-bomb", test_reference_bomb);
  g_test_add_func ("/jmap/get-budget", test_get_budget);
  g_test_add_func ("/jmap/session", test_session);
  g_test_add_func ("/jmap/state-change", test_state_change);
  g_test_add_func ("/jmap/vacation-state", test_vacation_state);

  return g_test_run ();
}
