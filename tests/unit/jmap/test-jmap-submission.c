/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "disk-shim.h"
#include "jmap-site.h"

#define SEND(properties) "['EmailSubmission/set',{'accountId':'%a%','create':{'k':{'identityId':'%i%'," properties "}}},'0']"
#define REFUSED(error) "['EmailSubmission/set',{'created':null,'notCreated':{'k':" error "}},'0']"

/* The site sends to its own people, without a mail server. */
static void
use_local_transport (JmapSite *site)
{
  g_autofree char *path = g_build_filename (site->path, "intimail.conf", NULL);
  g_autoptr (GKeyFile) settings = g_key_file_new ();
  g_autoptr (IntimailPerson) bob = intimail_person_new ("bob", "bob@home.example");
  g_autoptr (GError) error = NULL;

  g_key_file_load_from_file (settings, path, G_KEY_FILE_NONE, &error);
  g_assert_no_error (error);
  g_key_file_remove_key (settings, "transport", "command", NULL);
  g_key_file_set_string (settings, "transport", "kind", "local");
  g_key_file_save_to_file (settings, path, &error);
  g_assert_no_error (error);

  test_support_assert_finalized (site->jmap);
  test_support_assert_finalized (site->site);
  site->site = intimail_site_open (site->path, &error);
  g_assert_no_error (error);
  site->jmap = intimail_jmap_new (site->site, site->person, &error);
  g_assert_no_error (error);
  intimail_directory_add_person (intimail_site_get_directory (site->site), bob, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* Subjects of all that the other person has, joined. */
static char *
list_bobs_mail (JmapSite *site)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailPerson) bob = intimail_directory_lookup_person (intimail_site_get_directory (site->site), "bob", NULL, &error);
  g_autoptr (IntimailAccount) account = bob != NULL ? intimail_site_get_account (site->site, bob, &error) : NULL;
  g_autoptr (IntimailListing) listing = account != NULL ? intimail_account_query (account, NULL, NULL, FALSE, NULL, &error) : NULL;
  GString *subjects = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < intimail_listing_get_n_ids (listing); i++)
    {
      g_autoptr (IntimailEnvelope) envelope = intimail_listing_get_envelope (listing, i, &error);

      g_assert_no_error (error);
      g_string_append_printf (subjects, "%s%s [%s]", i > 0 ? ", " : "", intimail_envelope_get_subject (envelope), intimail_envelope_get_bcc (envelope));
    }

  return g_string_free (subjects, FALSE);
}

static const JmapStep refused_steps[] = {
  { "['Identity/get',{'accountId':'%a%','ids':null},'0']", "['Identity/get',{'list':[{'id':'%i%','email':'alice@home.example'},'*']},'0']" },
  { SEND ("'emailId':'nothing'"), REFUSED ("{'type':'invalidProperties','properties':['emailId']}") },
  { SEND ("'emailId':'#nothing'"), REFUSED ("{'type':'invalidProperties','properties':['emailId']}") },
  { SEND ("'emailId':null"), REFUSED ("{'type':'invalidProperties','properties':['emailId']}") },
  { "['EmailSubmission/set',{'accountId':'%a%','create':{'k':{'identityId':'nobody','emailId':'%good%'}}},'0']", REFUSED ("{'type':'invalidProperties','properties':['identityId']}") },
  { "['EmailSubmission/set',{'accountId':'%a%','create':{'k':{'emailId':'%good%'}}},'0']", REFUSED ("{'type':'invalidProperties','properties':['identityId']}") },
  { SEND ("'emailId':'%good%','undoStatus':'pending'"), REFUSED ("{'type':'invalidProperties','properties':['undoStatus']}") },
  { SEND ("'emailId':'%good%','colour':'red'"), REFUSED ("{'type':'invalidProperties','properties':['colour']}") },
  { SEND ("'emailId':'%good%','envelope':[]"), REFUSED ("{'type':'invalidProperties','properties':['envelope']}") },
  { SEND ("'emailId':'%good%','envelope':{'mailFrom':{'email':'alice@home.example'}}"), REFUSED ("{'type':'invalidProperties','properties':['envelope']}") },
  { SEND ("'emailId':'%good%','envelope':{'mailFrom':{'email':'alice@home.example','parameters':{'HOLDFOR':'7776001'}},'rcptTo':[{'email':'bob@home.example'}]}"), REFUSED ("{'type':'invalidProperties','properties':['envelope']}") },
  { SEND ("'emailId':'%good%','envelope':{'mailFrom':{'email':'alice@home.example','parameters':{'HOLDFOR':86400}},'rcptTo':[{'email':'bob@home.example'}]}"), REFUSED ("{'type':'invalidProperties','properties':['envelope']}") },
  { SEND ("'emailId':'%good%','envelope':{'mailFrom':{'email':'alice@home.example','parameters':{'HOLDFOR':'-1'}},'rcptTo':[{'email':'bob@home.example'}]}"), REFUSED ("{'type':'invalidProperties','properties':['envelope']}") },
  { SEND ("'emailId':'%good%','envelope':{'mailFrom':{'email':'alice@home.example','parameters':{'HOLDFOR':'1','HOLDUNTIL':'2030-01-01T00:00:00Z'}},'rcptTo':[{'email':'bob@home.example'}]}"), REFUSED ("{'type':'invalidProperties','properties':['envelope']}") },
  { SEND ("'emailId':'%good%','envelope':{'mailFrom':{'email':'alice@home.example','parameters':{'HOLDUNTIL':'2999-01-01T00:00:00Z'}},'rcptTo':[{'email':'bob@home.example'}]}"), REFUSED ("{'type':'invalidProperties','properties':['envelope']}") },
  { SEND ("'emailId':'%good%','envelope':{'mailFrom':{'email':'alice@home.example','parameters':{'HOLDUNTIL':'tomorrow'}},'rcptTo':[{'email':'bob@home.example'}]}"), REFUSED ("{'type':'invalidProperties','properties':['envelope']}") },
  { SEND ("'emailId':'%good%','envelope':{'mailFrom':{'email':'alice@home.example','parameters':{'SIZE':'1'}},'rcptTo':[{'email':'bob@home.example'}]}"), REFUSED ("{'type':'invalidProperties','properties':['envelope']}") },
  { SEND ("'emailId':'%good%','envelope':{'mailFrom':{'email':'alice@home.example','parameters':[]},'rcptTo':[{'email':'bob@home.example'}]}"), REFUSED ("{'type':'invalidProperties','properties':['envelope']}") },
  { SEND ("'emailId':'%good%','envelope':{'mailFrom':{'email':'alice@home.example'},'rcptTo':[{'email':'bob@home.example','parameters':{'HOLDFOR':'1'}}]}"), REFUSED ("{'type':'invalidProperties','properties':['envelope']}") },
  { SEND ("'emailId':'%good%','envelope':{'mailFrom':{'email':'alice@home.example'},'rcptTo':[]}"), REFUSED ("{'type':'noRecipients'}") },
  { SEND ("'emailId':'%good%','envelope':{'mailFrom':{'email':'alice@home.example'},'rcptTo':[{'email':'bob@home.example'},{'email':'no address'},{'email':'-x\\nDATA'}]}"),
    REFUSED ("{'type':'invalidRecipients','invalidRecipients':['no address','-x\\nDATA']}") },
  { SEND ("'emailId':'%good%','envelope':{'mailFrom':{'email':'bob@home.example'},'rcptTo':[{'email':'bob@home.example'}]}"), REFUSED ("{'type':'forbiddenMailFrom'}") },
  { SEND ("'emailId':'%good%','envelope':{'mailFrom':{'email':''},'rcptTo':[{'email':'bob@home.example'}]}"), REFUSED ("{'type':'forbiddenMailFrom'}") },
  { SEND ("'emailId':'%forged%'"), REFUSED ("{'type':'forbiddenFrom'}") },
  { SEND ("'emailId':'%sender%'"), REFUSED ("{'type':'forbiddenMailFrom'}") },
  { SEND ("'emailId':'%fromless%'"), REFUSED ("{'type':'invalidEmail','properties':['from']}") },
  { SEND ("'emailId':'%lonely%'"), REFUSED ("{'type':'noRecipients'}") },
  { SEND ("'emailId':'%crowd%'"), REFUSED ("{'type':'tooManyRecipients','maxRecipients':100}") },
  { SEND ("'emailId':'%away%'"), REFUSED ("{'type':'forbiddenToSend','description':'*'}") },
  { SEND ("'emailId':'%unknown%'"), REFUSED ("{'type':'invalidRecipients','description':'*','invalidRecipients':['carl@home.example']}") },
  { "['EmailSubmission/get',{'accountId':'%a%','ids':null},'0']", "['EmailSubmission/get',{'list':[]},'0']" },
};

static void
test_refused (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();
  g_autoptr (GString) crowd = g_string_new ("From: alice@home.example\nTo: p0@home.example");
  g_autofree char *subjects = NULL;

  use_local_transport (site);
  for (int i = 1; i <= 100; i++)
    g_string_append_printf (crowd, ",\n p%d@home.example", i);
  g_string_append (crowd, "\n\nx");
  jmap_site_deliver (site, "drafts", "good", NULL, "From: alice@home.example\nTo: bob@home.example\nSubject: good\n\nx");
  jmap_site_deliver (site, "drafts", "forged", NULL, "From: bob@home.example\nTo: bob@home.example\n\nx");
  jmap_site_deliver (site, "drafts", "sender", NULL, "From: alice@home.example\nSender: bob@home.example\nTo: bob@home.example\n\nx");
  jmap_site_deliver (site, "drafts", "fromless", NULL, "To: bob@home.example\n\nx");
  jmap_site_deliver (site, "drafts", "lonely", NULL, "From: alice@home.example\nSubject: lonely\n\nx");
  jmap_site_deliver (site, "drafts", "crowd", NULL, crowd->str);
  jmap_site_deliver (site, "drafts", "away", NULL, "From: alice@home.example\nTo: x@elsewhere.example\n\nx");
  jmap_site_deliver (site, "drafts", "unknown", NULL, "From: alice@home.example\nTo: carl@home.example\n\nx");
  jmap_site_run (site, refused_steps, G_N_ELEMENTS (refused_steps));
  subjects = list_bobs_mail (site);
  g_assert_cmpstr (subjects, ==, "");
}

static const JmapStep sent_steps[] = {
  { "['Identity/get',{'accountId':'%a%','ids':null},'0']", "['Identity/get',{'list':[{'id':'%i%','email':'alice@home.example'},'*']},'0']" },
  { "['EmailSubmission/get',{'accountId':'%a%','ids':[]},'0']", "['EmailSubmission/get',{'state':'%s0%','list':[]},'0']" },
  /* As a webmail sends: the draft is made, sent, and moved, in one request. */
  { "['Email/set',{'accountId':'%a%','create':{'d':{'mailboxIds':{'%drafts%':true},'keywords':{'$draft':true},'from':[{'email':'alice@home.example'}],'to':[{'email':'bob@home.example'}],'bcc':[{'email':'sales@home.example'}],"
    "'subject':'one','bodyValues':{'t':{'value':'Hi'}},'textBody':[{'partId':'t'}]}}},'0'],"
    "['EmailSubmission/set',{'accountId':'%a%','create':{'k':{'identityId':'%i%','emailId':'#d'}},'onSuccessUpdateEmail':{'#k':{'keywords/$draft':null,'keywords/$seen':true,'mailboxIds/%drafts%':null,'mailboxIds/%sent%':true},'#none':{'keywords/x':true}}},'1']",
    "['Email/set',{'created':{'d':{'id':'%d%'}}},'0'],"
    "['EmailSubmission/set',{'oldState':'%s0%','newState':'%s1%','created':{'k':{'id':'%k%','threadId':'*','sendAt':'*','undoStatus':'final','deliveryStatus':{'bob@home.example':{'smtpReply':'250 2.1.5 delivered','delivered':'yes','displayed':'unknown'},'sales@home.example':'*'},'dsnBlobIds':[],'envelope':{'mailFrom':{'email':'alice@home.example'},"
    "'rcptTo':[{'email':'bob@home.example'},{'email':'sales@home.example'}]}}},'notCreated':null},'1'],"
    "['Email/set',{'updated':{'%d%':null},'notUpdated':null},'1']" },
  { "['Email/get',{'accountId':'%a%','ids':['%d%'],'properties':['keywords','mailboxIds','bcc']},'0']",
    "['Email/get',{'list':[{'keywords':{'$seen':true,'!$draft':0},'mailboxIds':{'%sent%':true,'!%drafts%':0},'bcc':[{'email':'sales@home.example'}]}]},'0']" },
  { "['EmailSubmission/get',{'accountId':'%a%','ids':['%k%','nothing']},'0']",
    "['EmailSubmission/get',{'state':'%s1%','list':[{'id':'%k%','identityId':'%i%','emailId':'%d%','undoStatus':'final','dsnBlobIds':[],'mdnBlobIds':[]}],'notFound':['nothing']},'0']" },
  { "['EmailSubmission/get',{'accountId':'%a%','ids':['%k%'],'properties':['undoStatus']},'0']", "['EmailSubmission/get',{'list':[{'id':'%k%','undoStatus':'final','!emailId':0}]},'0']" },
  { "['EmailSubmission/changes',{'accountId':'%a%','sinceState':'%s0%'},'0']", "['EmailSubmission/changes',{'oldState':'%s0%','newState':'%s1%','created':['%k%'],'updated':[],'destroyed':[]},'0']" },
  { "['EmailSubmission/query',{'accountId':'%a%','filter':{'emailIds':['%d%'],'undoStatus':'final','identityIds':['%i%']},'sort':[{'property':'sentAt','isAscending':false}],'calculateTotal':true},'0']",
    "['EmailSubmission/query',{'queryState':'%s1%','ids':['%k%'],'total':1},'0']" },
  { "['EmailSubmission/query',{'accountId':'%a%','filter':{'operator':'NOT','conditions':[{'emailIds':['%d%']}]}},'0']", "['EmailSubmission/query',{'ids':[]},'0']" },
  { "['EmailSubmission/query',{'accountId':'%a%','filter':{'operator':'OR','conditions':[{'threadIds':['x']},{'after':'2020-01-01T00:00:00Z'}]}},'0']", "['EmailSubmission/query',{'ids':['%k%']},'0']" },
  { "['EmailSubmission/query',{'accountId':'%a%','filter':{'before':'2020-01-01T00:00:00Z'}},'0']", "['EmailSubmission/query',{'ids':[]},'0']" },
  { "['EmailSubmission/query',{'accountId':'%a%','filter':{'undoStatus':'pending'}},'0']", "['EmailSubmission/query',{'ids':[]},'0']" },
  { "['EmailSubmission/query',{'accountId':'%a%','filter':{'shoeSize':1}},'0']", "['error',{'type':'unsupportedFilter'},'0']" },
  { "['EmailSubmission/query',{'accountId':'%a%','filter':{'before':1}},'0']", "['error',{'type':'invalidArguments'},'0']" },
  { "['EmailSubmission/query',{'accountId':'%a%','sort':[{'property':'colour'}]},'0']", "['error',{'type':'unsupportedSort'},'0']" },
  { "['EmailSubmission/queryChanges',{'accountId':'%a%','sinceQueryState':'%s0%'},'0']", "['EmailSubmission/queryChanges',{'removed':[],'added':[{'id':'%k%','index':0}]},'0']" },
  { "['EmailSubmission/queryChanges',{'accountId':'%a%','sinceQueryState':'%s1%'},'0']", "['EmailSubmission/queryChanges',{'removed':[],'added':[]},'0']" },
  /* What is on its way cannot be called back. */
  { "['EmailSubmission/set',{'accountId':'%a%','update':{'%k%':{'undoStatus':'canceled'}}},'0']", "['EmailSubmission/set',{'updated':null,'notUpdated':{'%k%':{'type':'cannotUnsend'}}},'0']" },
  { "['EmailSubmission/set',{'accountId':'%a%','update':{'%k%':{'undoStatus':'final'}}},'0']", "['EmailSubmission/set',{'updated':{'%k%':null}},'0']" },
  { "['EmailSubmission/set',{'accountId':'%a%','update':{'%k%':{'emailId':'x'}}},'0']", "['EmailSubmission/set',{'notUpdated':{'%k%':{'type':'invalidProperties','properties':['emailId']}}},'0']" },
  { "['EmailSubmission/set',{'accountId':'%a%','update':{'nothing':{}},'destroy':['nobody']},'0']", "['EmailSubmission/set',{'notUpdated':{'nothing':{'type':'notFound'}},'notDestroyed':{'nobody':{'type':'notFound'}}},'0']" },
  /* An envelope of the client's own, and the email destroyed after it. */
  { "['EmailSubmission/set',{'accountId':'%a%','create':{'k':{'identityId':'%i%','emailId':'%two%','envelope':{'mailFrom':{'email':'sales@home.example','parameters':null},'rcptTo':[{'email':'bob@home.example'},{'email':'BOB@home.example'}]}}},'onSuccessDestroyEmail':['#k']},'0']",
    "['EmailSubmission/set',{'created':{'k':{'id':'%l%','!envelope':0}}},'0'],['Email/set',{'destroyed':['%two%']},'0']" },
  { "['EmailSubmission/set',{'accountId':'%a%','destroy':['%k%'],'onSuccessUpdateEmail':{'%k%':{'keywords/done':true}}},'0']", "['EmailSubmission/set',{'oldState':'%s2%','destroyed':['%k%']},'0'],['Email/set',{'updated':{'%d%':null}},'0']" },
  { "['EmailSubmission/changes',{'accountId':'%a%','sinceState':'%s2%'},'0']", "['EmailSubmission/changes',{'created':[],'updated':[],'destroyed':['%k%']},'0']" },
  { "['EmailSubmission/queryChanges',{'accountId':'%a%','sinceQueryState':'%s2%'},'0']", "['EmailSubmission/queryChanges',{'removed':['%k%'],'added':[]},'0']" },
  { "['EmailSubmission/queryChanges',{'accountId':'%a%','sinceQueryState':'%s0%'},'0']", "['EmailSubmission/queryChanges',{'removed':[],'added':['*']},'0']" },
  { "['EmailSubmission/get',{'accountId':'%a%','ids':null,'properties':['id']},'0']", "['EmailSubmission/get',{'list':[{'id':'%l%'}]},'0']" },
  /* A submission that fails has no consequences. */
  { "['EmailSubmission/set',{'accountId':'%a%','create':{'k':{'identityId':'%i%','emailId':'nothing'}},'onSuccessDestroyEmail':['#k'],'onSuccessUpdateEmail':{'#k':{'keywords/x':true}}},'0']",
    "['EmailSubmission/set',{'notCreated':{'k':'*'}},'0']" },
  { "['EmailSubmission/set',{'accountId':'%a%','onSuccessUpdateEmail':{'#k':5}},'0']", "['error',{'type':'invalidArguments'},'0']" },
};

static void
test_sent (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();
  g_autofree char *subjects = NULL;

  use_local_transport (site);
  jmap_site_deliver (site, "drafts", "two", NULL, "From: alice@home.example\nTo: nobody@home.example\nSubject: two\n\nx");
  jmap_site_run (site, sent_steps, G_N_ELEMENTS (sent_steps));
  /* The blind copy is not told to the others. */
  subjects = list_bobs_mail (site);
  g_assert_true (strcmp (subjects, "two [], one []") == 0 || strcmp (subjects, "one [], two []") == 0);
}

#define HELD(seconds) "'envelope':{'mailFrom':{'email':'alice@home.example','parameters':{'HOLDFOR':'" seconds "'}},'rcptTo':[{'email':'bob@home.example'}]}"

static const JmapStep held_steps[] = {
  { "['Identity/get',{'accountId':'%a%','ids':null},'0']", "['Identity/get',{'list':[{'id':'%i%','email':'alice@home.example'},'*']},'0']" },
  { SEND ("'emailId':'%good%'," HELD ("3600")), "['EmailSubmission/set',{'newState':'%s1%','created':{'k':{'id':'%k%','undoStatus':'pending','sendAt':'*'}},'notCreated':null},'0']" },
  { "['EmailSubmission/get',{'accountId':'%a%','ids':['%k%']},'0']",
    "['EmailSubmission/get',{'list':[{'id':'%k%','emailId':'%good%','undoStatus':'pending','sendAt':'%at%','envelope':{'mailFrom':{'email':'alice@home.example','parameters':{'HOLDUNTIL':'%at%'}},'rcptTo':['*']}}]},'0']" },
  { "['EmailSubmission/query',{'accountId':'%a%','filter':{'undoStatus':'pending'}},'0']", "['EmailSubmission/query',{'ids':['%k%']},'0']" },
  { "['EmailSubmission/set',{'accountId':'%a%','destroy':['%k%']},'0']", "['EmailSubmission/set',{'notDestroyed':{'%k%':{'type':'forbidden','description':'*'}}},'0']" },
  { "['EmailSubmission/set',{'accountId':'%a%','update':{'%k%':{'undoStatus':'final'}}},'0']", "['EmailSubmission/set',{'notUpdated':{'%k%':{'type':'invalidProperties','properties':['undoStatus']}}},'0']" },
  { "['EmailSubmission/set',{'accountId':'%a%','update':{'%k%':{'undoStatus':'pending'}}},'0']", "['EmailSubmission/set',{'updated':{'%k%':null}},'0']" },
  /* Undone, with what follows of it. */
  { "['EmailSubmission/set',{'accountId':'%a%','update':{'%k%':{'undoStatus':'canceled'}},'onSuccessUpdateEmail':{'%k%':{'keywords/undone':true}}},'0']",
    "['EmailSubmission/set',{'updated':{'%k%':null},'notUpdated':null},'0'],['Email/set',{'updated':{'%good%':null}},'0']" },
  { "['EmailSubmission/changes',{'accountId':'%a%','sinceState':'%s1%'},'0']", "['EmailSubmission/changes',{'created':[],'updated':['%k%'],'destroyed':[]},'0']" },
  { "['EmailSubmission/get',{'accountId':'%a%','ids':['%k%'],'properties':['undoStatus']},'0']", "['EmailSubmission/get',{'list':[{'undoStatus':'canceled'}]},'0']" },
  { "['EmailSubmission/set',{'accountId':'%a%','destroy':['%k%']},'0']", "['EmailSubmission/set',{'destroyed':['%k%']},'0']" },
  /* Due at once. */
  { SEND ("'emailId':'%good%'," HELD ("0")), "['EmailSubmission/set',{'created':{'k':{'id':'%l%','undoStatus':'pending'}}},'0']" },
};

static const JmapStep sent_later_steps[] = {
  { "['EmailSubmission/get',{'accountId':'%a%','ids':['%l%'],'properties':['undoStatus']},'0']", "['EmailSubmission/get',{'list':[{'undoStatus':'final'}]},'0']" },
  { "['Email/get',{'accountId':'%a%','ids':['%good%'],'properties':['keywords','mailboxIds']},'0']",
    "['Email/get',{'list':[{'keywords':{'undone':true,'!$draft':0},'mailboxIds':{'%sent%':true,'!%drafts%':0}}]},'0']" },
  { "['EmailSubmission/set',{'accountId':'%a%','update':{'%l%':{'undoStatus':'canceled'}}},'0']", "['EmailSubmission/set',{'notUpdated':{'%l%':{'type':'cannotUnsend'}}},'0']" },
};

static void
test_held (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();
  g_autoptr (IntimailSender) sender = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;

  use_local_transport (site);
  jmap_site_deliver (site, "drafts", "good", "$draft", "From: alice@home.example\nTo: bob@home.example\nSubject: good\n\nx");
  jmap_site_run (site, held_steps, G_N_ELEMENTS (held_steps));
  before = list_bobs_mail (site);
  g_assert_cmpstr (before, ==, "");
  sender = intimail_sender_new (site->site);
  g_assert_true (intimail_sender_run (sender, g_get_real_time () / G_USEC_PER_SEC + 1, NULL, NULL, &error));
  g_assert_no_error (error);
  after = list_bobs_mail (site);
  g_assert_cmpstr (after, ==, "good []");
  jmap_site_run (site, sent_later_steps, G_N_ELEMENTS (sent_later_steps));
}

/* The second message in an hour is one too many. */
static void
test_limit (void)
{
  static const JmapStep steps[] = {
    { "['Identity/get',{'accountId':'%a%','ids':null},'0']", "['Identity/get',{'list':[{'id':'%i%','email':'alice@home.example'},'*']},'0']" },
    { SEND ("'emailId':'%good%'"), "['EmailSubmission/set',{'created':{'k':{'undoStatus':'final'}}},'0']" },
    { SEND ("'emailId':'%good%'"), REFUSED ("{'type':'rateLimit','description':'*'}") },
    { SEND ("'emailId':'%good%'," HELD ("60")), REFUSED ("{'type':'rateLimit','description':'*'}") },
  };
  g_autoptr (JmapSite) site = jmap_site_new ();
  g_autofree char *path = g_build_filename (site->path, "intimail.conf", NULL);
  g_autoptr (GKeyFile) settings = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *subjects = NULL;

  g_key_file_load_from_file (settings, path, G_KEY_FILE_NONE, &error);
  g_assert_no_error (error);
  g_key_file_set_string (settings, "transport", "hour-messages", "1");
  g_key_file_set_string (settings, "site", "postmaster", "alice");
  g_key_file_save_to_file (settings, path, &error);
  g_assert_no_error (error);
  use_local_transport (site);
  jmap_site_deliver (site, "drafts", "good", "$draft", "From: alice@home.example\nTo: bob@home.example\nSubject: good\n\nx");
  jmap_site_run (site, steps, G_N_ELEMENTS (steps));
  subjects = list_bobs_mail (site);
  g_assert_cmpstr (subjects, ==, "good []");
}

/* ---- Killed at each change of the disk ---- */

#define CHANGES (DISK_SHIM_ALL & ~(1 << DISK_SHIM_READ | 1 << DISK_SHIM_OPEN))
#define N_MAX 400

static const JmapStep identity_steps[] = {
  { "['Identity/get',{'accountId':'%a%','ids':null},'0']", "['Identity/get',{'list':[{'id':'%i%','email':'alice@home.example'},'*']},'0']" },
};

/* As a webmail sends. */
static const JmapStep kill_steps[] = {
  { "['EmailSubmission/set',{'accountId':'%a%','create':{'k':{'identityId':'%i%','emailId':'%good%'}},"
    "'onSuccessUpdateEmail':{'#k':{'keywords/$draft':null,'mailboxIds/%drafts%':null,'mailboxIds/%sent%':true}}},'1']",
    "['EmailSubmission/set',{'created':{'k':'*'}},'1'],['Email/set',{'updated':{'%good%':null}},'1']" },
};

/* The account and all else is known before: what is killed is the sending. TRUE when it came
 * to its end. */
static gboolean
send_and_die (JmapSite *site, int nth)
{
  pid_t child = fork ();
  int status;

  if (child == 0)
    {
      disk_shim_set_root (site->path);
      disk_shim_arm (CHANGES, nth, 1, DISK_SHIM_KILL);
      jmap_site_run (site, kill_steps, G_N_ELEMENTS (kill_steps));
      disk_shim_disarm ();
      _exit (0);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (status == 0 || (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL));

  return status == 0;
}

/* The only message of the other person, if there is one, and what the sender says of it. */
static void
assert_whole (JmapSite *site, gboolean done)
{
  static const JmapStep is_sent[] = {
    { "['Email/get',{'accountId':'%a%','ids':['%good%'],'properties':['keywords','mailboxIds']},'0'],['EmailSubmission/get',{'accountId':'%a%','ids':null},'1']",
      "['Email/get',{'list':[{'keywords':{'!$draft':0},'mailboxIds':{'%sent%':true,'!%drafts%':0}}]},'0'],['EmailSubmission/get',{'list':[{'undoStatus':'final'}]},'1']" },
  };
  static const JmapStep is_draft[] = {
    { "['Email/get',{'accountId':'%a%','ids':['%good%'],'properties':['keywords','mailboxIds']},'0']",
      "['Email/get',{'list':[{'keywords':{'$draft':true},'mailboxIds':{'%drafts%':true,'!%sent%':0}}]},'0']" },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailListing) listing = intimail_account_query (jmap_site_get_account (site), NULL, NULL, FALSE, NULL, &error);
  g_autoptr (IntimailEnvelope) envelope = NULL;
  g_autofree char *bobs = list_bobs_mail (site);
  gboolean told;

  g_assert_no_error (error);
  told = intimail_listing_get_n_ids (listing) == 2;
  g_assert_true (told || intimail_listing_get_n_ids (listing) == 1);
  g_assert_true (*bobs == '\0' || g_str_equal (bobs, "good []"));
  if (told || *bobs == '\0')
    jmap_site_run (site, is_draft, G_N_ELEMENTS (is_draft));
  else
    jmap_site_run (site, is_sent, G_N_ELEMENTS (is_sent));
  g_assert_false (done && (told || *bobs == '\0'));
}

/* It is sent and in Sent, or a draft; and when nobody can know, its writer is told once. */
static void
test_kill (void)
{
  gboolean done = FALSE;
  int nth = 1;

  for (; !done && nth < N_MAX; nth++)
    {
      g_autoptr (JmapSite) site = jmap_site_new ();
      g_autoptr (IntimailSender) sender = NULL;
      g_autoptr (GError) error = NULL;
      gint64 next;

      use_local_transport (site);
      jmap_site_deliver (site, "drafts", "good", "$draft", "From: alice@home.example\nTo: bob@home.example\nSubject: good\n\nx");
      jmap_site_run (site, identity_steps, G_N_ELEMENTS (identity_steps));
      done = send_and_die (site, nth);
      sender = intimail_sender_new (site->site);
      for (guint i = 0; i < 2; i++)
        {
          g_assert_true (intimail_sender_run (sender, g_get_real_time () / G_USEC_PER_SEC, &next, NULL, &error));
          g_assert_no_error (error);
          g_assert_cmpint (next, ==, 0);
        }
      assert_whole (site, done);
    }
  g_test_message ("killed at %d calls", nth - 2);
  g_assert_true (done);
  g_assert_cmpint (nth, >, 20);
}

static gpointer
send_in_thread (gpointer data)
{
  jmap_site_run (data, kill_steps, G_N_ELEMENTS (kill_steps));
  return NULL;
}

/* Who sends at once and lives is let alone. */
static void
test_sender_beside (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();
  g_autoptr (IntimailSender) sender = NULL;
  g_autoptr (GError) error = NULL;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  gint64 next = 0;
  GThread *thread;

  use_local_transport (site);
  jmap_site_deliver (site, "drafts", "good", "$draft", "From: alice@home.example\nTo: bob@home.example\nSubject: good\n\nx");
  jmap_site_run (site, identity_steps, G_N_ELEMENTS (identity_steps));
  sender = intimail_sender_new (site->site);
  disk_shim_set_root (site->path);
  disk_shim_hold (DISK_SHIM_SYNC, "/bob/new");
  thread = g_thread_new ("send", send_in_thread, site);
  disk_shim_wait_held ();
  g_assert_true (intimail_sender_run (sender, now, &next, NULL, &error));
  g_assert_cmpint (next, >, now);
  disk_shim_release ();
  g_thread_join (thread);
  g_assert_true (intimail_sender_run (sender, now, &next, NULL, &error));
  g_assert_cmpint (next, ==, 0);
  assert_whole (site, TRUE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/jmap-submission/refused", test_refused);
  g_test_add_func ("/jmap-submission/sent", test_sent);
  g_test_add_func ("/jmap-submission/held", test_held);
  g_test_add_func ("/jmap-submission/limit", test_limit);
  g_test_add_func ("/jmap-submission/kill", test_kill);
  g_test_add_func ("/jmap-submission/sender-beside", test_sender_beside);

  return g_test_run ();
}
