/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap-site.h"

#define CALENDAR(content) "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:one@far.example\n" content "END:VEVENT\nEND:VCALENDAR\n"
#define MAIL(content)                                                                  \
  "From: Bob <bob@far.example>\nTo: sales@home.example\nMessage-ID: <i@far.example>\n" \
  "Content-Type: multipart/alternative; boundary=b\n\n--b\n\ncome\n--b\nContent-Type: text/calendar; method=REQUEST\n\n" CALENDAR (content) "--b--\n"

#define INVITATION "'properties':['intimail:invitation']},'0']"

static const JmapStep tell_steps[] = {
  { "['Email/get',{'accountId':'%a%','ids':['%m%'],'bodyProperties':['blobId']," INVITATION,
    "['Email/get',{'list':[{'id':'%m%','intimail:invitation':{'blobId':'%part%','method':'REQUEST','summary':'Lunch & more','location':'Hall',"
    "'start':'2026-01-15T09:00:00Z','end':'2026-01-15T10:30:00Z','zone':'Europe/Paris','rule':'FREQ=WEEKLY','mayAnswer':true,'totalAttendees':2,"
    "'organizer':{'name':'Bob','email':'bob@far.example'},'attendees':[{'name':'Alice <b>','email':'ALICE@home.example','answer':'unanswered'},"
    "{'name':null,'email':'carl@far.example','answer':'declined'}]}}]},'0']" },
  { "['Email/get',{'accountId':'%a%','ids':['%day%','%clock%','%plain%']," INVITATION,
    "['Email/get',{'list':[{'intimail:invitation':{'start':'2026-01-15','end':'2026-01-17','zone':null,'organizer':null,'mayAnswer':false}},"
    "{'intimail:invitation':{'start':'2026-01-15T09:00:00','end':null,'zone':'Nowhere Time'}},{'id':'%plain%','intimail:invitation':null}]},'0']" },
  { "['Email/get',{'accountId':'%a%','ids':['%m%']},'0']", "['Email/get',{'list':[{'id':'%m%','!intimail:invitation':0}]},'0']" },
  { "['Email/parse',{'accountId':'%a%','blobIds':['%blob%']," INVITATION, "['Email/parse',{'parsed':{'%blob%':{'intimail:invitation':{'blobId':'%part%'}}}},'0']" },
};

#define ANSWER(email, answer) "['Invitation/answer',{'accountId':'%a%','emailId':'" email "','answer':'" answer "','language':'fr'},'0']"

static const JmapStep answer_steps[] = {
  { "['Identity/get',{'accountId':'%a%','ids':null,'properties':['email']},'0']",
    "['Identity/get',{'list':[{'id':'%alice%','email':'alice@home.example'},{'id':'%sales%','email':'sales@home.example'}]},'0']" },
  { ANSWER ("%m%", "accepted"), "['Invitation/answer',{'accountId':'%a%','emailId':'%d%','identityId':'%alice%'},'0']" },
  { "['Email/get',{'accountId':'%a%','ids':['%d%'],'properties':['mailboxIds','keywords','from','to','subject','inReplyTo','intimail:invitation','textBody'],'bodyProperties':['type']},'0']",
    "['Email/get',{'list':[{'mailboxIds':{'%drafts%':true},'keywords':{'$draft':true,'$seen':true},'from':[{'name':'*','email':'alice@home.example'}],"
    "'to':[{'name':'Bob','email':'bob@far.example'}],'subject':'Accept\303\251 : Lunch & more','inReplyTo':['i@far.example'],"
    "'intimail:invitation':{'method':'REPLY','mayAnswer':false,'attendees':[{'name':'*','email':'alice@home.example','answer':'accepted'}]}}]},'0']" },
  /* Nobody of the house is named: it came to this address. */
  { ANSWER ("%other%", "declined"), "['Invitation/answer',{'identityId':'%sales%'},'0']" },
  { ANSWER ("%m%", "unanswered"), "['error',{'type':'invalidArguments'},'0']" },
  { ANSWER ("%m%", "ACCEPTED"), "['error',{'type':'invalidArguments'},'0']" },
  { ANSWER ("nothing", "accepted"), "['error',{'type':'invalidArguments'},'0']" },
  { ANSWER ("%plain%", "accepted"), "['error',{'type':'invalidArguments'},'0']" },
  { ANSWER ("%day%", "accepted"), "['error',{'type':'forbidden'},'0']" },
  { "['Invitation/answer',{'accountId':'%a%','emailId':'%m%'},'0']", "['error',{'type':'invalidArguments'},'0']" },
  { "['Invitation/answer',{'accountId':'%a%','answer':'accepted'},'0']", "['error',{'type':'invalidArguments'},'0']" },
};

static JmapSite *
make_site (void)
{
  JmapSite *site = jmap_site_new ();
  g_autofree char *part = NULL;
  g_autofree char *blob = NULL;

  jmap_site_deliver (site, "inbox", "m", NULL,
                     MAIL ("SUMMARY:Lunch & more\nLOCATION:Hall\nDTSTART;TZID=Europe/Paris:20260115T100000\nDURATION:PT1H30M\nRRULE:FREQ=WEEKLY\n"
                           "ORGANIZER;CN=Bob:mailto:bob@far.example\nATTENDEE;CN=Alice <b>:mailto:ALICE@home.example\n"
                           "ATTENDEE;PARTSTAT=DECLINED:mailto:carl@far.example\n"));
  jmap_site_deliver (site, "inbox", "day", NULL, MAIL ("DTSTART;VALUE=DATE:20260115\nDTEND;VALUE=DATE:20260117\n"));
  jmap_site_deliver (site, "inbox", "clock", NULL, MAIL ("DTSTART;TZID=Nowhere Time:20260115T090000\n"));
  jmap_site_deliver (site, "inbox", "other", NULL, MAIL ("ORGANIZER:mailto:bob@far.example\nATTENDEE:mailto:carl@far.example\n"));
  jmap_site_deliver (site, "inbox", "plain", NULL, "Subject: x\n\ny\n");
  part = g_strconcat ("p", g_hash_table_lookup (site->names, "m"), "_2", NULL);
  blob = g_strconcat ("r", g_hash_table_lookup (site->names, "m"), NULL);
  jmap_site_set_name (site, "part", part);
  jmap_site_set_name (site, "blob", blob);

  return site;
}

static void
test_tell (void)
{
  g_autoptr (JmapSite) site = make_site ();

  jmap_site_run (site, tell_steps, G_N_ELEMENTS (tell_steps));
}

static void
test_answer (void)
{
  g_autoptr (JmapSite) site = make_site ();

  jmap_site_run (site, answer_steps, G_N_ELEMENTS (answer_steps));
}

/* The answer is a message, and has to fit. */
static void
test_full (void)
{
  g_autoptr (JmapSite) site = make_site ();

  intimail_account_set_quota_limits (jmap_site_get_account (site), 1, 0);
  jmap_site_call (site, ANSWER ("%m%", "accepted"), "['error',{'type':'forbidden','description':'*'},'0']");
}

/* A hundred are shown, and who is behind them may answer. */
static void
test_many (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();
  g_autoptr (GString) people = g_string_new ("ORGANIZER:mailto:bob@far.example\n");
  g_autofree char *mail = NULL;

  for (int i = 0; i < 9999; i++)
    g_string_append_printf (people, "ATTENDEE:mailto:person%d@far.example\n", i);
  g_string_append (people, "ATTENDEE:mailto:sales@home.example\n");
  mail = g_strdup_printf (MAIL ("%s"), people->str);
  jmap_site_deliver (site, "inbox", "m", NULL, mail);
  jmap_site_call (site, "['Email/get',{'accountId':'%a%','ids':['%m%']," INVITATION,
                  "['Email/get',{'list':[{'intimail:invitation':{'totalAttendees':10000,'attendees':'*'}}]},'0']");
  jmap_site_call (site, "['Identity/get',{'accountId':'%a%','ids':null,'properties':['email']},'0']",
                  "['Identity/get',{'list':['*',{'id':'%sales%','email':'sales@home.example'}]},'0']");
  jmap_site_call (site, ANSWER ("%m%", "tentative"), "['Invitation/answer',{'emailId':'*','identityId':'%sales%'},'0']");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/jmap-invitation/tell", test_tell);
  g_test_add_func ("/jmap-invitation/answer", test_answer);
  g_test_add_func ("/jmap-invitation/full", test_full);
  g_test_add_func ("/jmap-invitation/many", test_many);

  return g_test_run ();
}
