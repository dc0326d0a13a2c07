/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * VacationResponse/get and /set.
 */

#include "jmap-site.h"

#define GET(arguments) "['VacationResponse/get',{'accountId':'%a%'," arguments "},'0']"
#define SET(arguments) "['VacationResponse/set',{'accountId':'%a%'," arguments "},'0']"
#define UPDATE(patch) SET ("'update':{'singleton':" patch "}")
#define ERROR(type) "['error',{'type':'" type "'},'0']"

static const JmapStep steps[] = {
  { GET ("'ids':null"),
    "['VacationResponse/get',{'accountId':'%a%','state':'%s0%','notFound':[],'list':["
    "{'id':'singleton','isEnabled':false,'fromDate':null,'toDate':null,'subject':null,'textBody':null,'htmlBody':null}]},'0']" },
  { GET ("'ids':['x','singleton'],'properties':['subject']"),
    "['VacationResponse/get',{'list':[{'id':'singleton','subject':null,'!isEnabled':0}],'notFound':['x']},'0']" },
  { GET ("'properties':['days']"), ERROR ("invalidArguments") },

  { UPDATE ("{'isEnabled':true,'fromDate':'2030-01-01T00:00:00Z','toDate':'2030-02-01T00:00:00Z','subject':'Away','textBody':'By the sea','htmlBody':'<p>By the sea</p>'}"),
    "['VacationResponse/set',{'oldState':'%s0%','newState':'%s1%','updated':{'singleton':null},'notUpdated':null},'0']" },
  { GET ("'ids':['singleton']"),
    "['VacationResponse/get',{'state':'%s1%','list':[{'isEnabled':true,'fromDate':'2030-01-01T00:00:00Z','toDate':'2030-02-01T00:00:00Z',"
    "'subject':'Away','textBody':'By the sea','htmlBody':'<p>By the sea</p>'}]},'0']" },
  { UPDATE ("{'fromDate':null,'subject':null,'htmlBody':null}"), "['VacationResponse/set',{'oldState':'%s1%','newState':'%s2%','updated':{'singleton':null}},'0']" },
  { GET ("'ids':['singleton']"),
    "['VacationResponse/get',{'state':'%s2%','list':[{'isEnabled':true,'fromDate':null,'toDate':'2030-02-01T00:00:00Z',"
    "'subject':null,'textBody':'By the sea','htmlBody':null}]},'0']" },

#define REFUSED(patch, type)                                                                                       \
  {                                                                                                                \
    UPDATE (patch), "['VacationResponse/set',{'updated':null,'notUpdated':{'singleton':{'type':'" type "'}}},'0']" \
  }
  REFUSED ("{'isEnabled':null}", "invalidProperties"),
  REFUSED ("{'isEnabled':1}", "invalidProperties"),
  REFUSED ("{'fromDate':'tomorrow'}", "invalidProperties"),
  REFUSED ("{'fromDate':'2031-01-01T00:00:00Z'}", "invalidProperties"),
  REFUSED ("{'subject':7}", "invalidProperties"),
  REFUSED ("{'subject':'a\\nBcc: b@c.example'}", "invalidProperties"),
  REFUSED ("{'id':'x'}", "invalidProperties"),
  REFUSED ("{'days':7}", "invalidProperties"),
#undef REFUSED
  { SET ("'ifInState':'%s0%','update':{'singleton':{'isEnabled':false}}"), ERROR ("stateMismatch") },
  { SET ("'create':{'x':{'isEnabled':true}},'update':{'y':{'isEnabled':true}},'destroy':['singleton','z']"),
    "['VacationResponse/set',{'oldState':'%s2%','newState':'%s2%','created':null,'notCreated':{'x':{'type':'singleton'}},"
    "'notUpdated':{'y':{'type':'notFound'}},'destroyed':null,'notDestroyed':{'singleton':{'type':'singleton'},'z':{'type':'notFound'}}},'0']" },
};

static void
test_response (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();

  jmap_site_run (site, steps, G_N_ELEMENTS (steps));
}

/* What the same file has besides stays as it is, and what others change is seen. */
static void
test_shared_file (void)
{
  static const JmapStep before[] = {
    { GET ("'ids':null"), "['VacationResponse/get',{'state':'%s0%','list':[{'isEnabled':false}]},'0']" },
    { UPDATE ("{'isEnabled':true}"), "['VacationResponse/set',{'updated':{'singleton':null}},'0']" },
  };
  static const JmapStep after[] = {
    { GET ("'ids':null"), "['VacationResponse/get',{'list':[{'isEnabled':true,'textBody':'by hand'}]},'0']" },
  };
  static const JmapStep broken[] = {
    { GET ("'ids':null"), ERROR ("serverFail") },
  };
  g_autoptr (JmapSite) site = jmap_site_new ();
  IntimailAccount *account = jmap_site_get_account (site);
  g_autofree char *path = g_build_filename (intimail_account_get_path (account), "intimail.rules", NULL);
  g_autoptr (IntimailRuleSet) set = NULL;
  g_autoptr (GError) error = NULL;

  test_support_write_file (path, "{\"rules\":[{\"name\":\"x\"}],\"vacation\":{\"days\":3}}");
  jmap_site_run (site, before, G_N_ELEMENTS (before));
  set = intimail_rule_set_load (account, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (intimail_rule_set_lookup_rule (set, "x"));
  g_assert_cmpuint (intimail_vacation_get_days (intimail_rule_set_get_vacation (set)), ==, 3);
  intimail_vacation_set_text (intimail_rule_set_get_vacation (set), "by hand");
  g_assert_true (intimail_rule_set_save (set, account, NULL, &error));
  jmap_site_run (site, after, G_N_ELEMENTS (after));
  test_support_write_file (path, "{");
  jmap_site_run (site, broken, G_N_ELEMENTS (broken));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/jmap-vacation-response/response", test_response);
  g_test_add_func ("/jmap-vacation-response/shared-file", test_shared_file);

  return g_test_run ();
}
