/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * BigFile/get, /changes and /set.
 */

#include "jmap-site.h"

#define GET(arguments) "['BigFile/get',{'accountId':'%a%'," arguments "},'0']"
#define SET(arguments) "['BigFile/set',{'accountId':'%a%'," arguments "},'0']"
#define CHANGES(arguments) "['BigFile/changes',{'accountId':'%a%'," arguments "},'0']"
#define ERROR(type) "['error',{'type':'" type "'},'0']"

static void
upload (JmapSite *site, const char *name, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailUpload) upload = intimail_account_begin_upload (jmap_site_get_account (site), 0, &error);
  g_autofree char *text = g_strnfill (size, 'b');
  g_autoptr (GBytes) bytes = g_bytes_new (text, size);
  g_autofree char *id = NULL;

  g_assert_true (intimail_upload_write (upload, bytes, &error));
  id = intimail_upload_finish (upload, &error);
  g_assert_no_error (error);
  jmap_site_set_name (site, name, id);
}

static const JmapStep steps[] = {
  { GET ("'ids':null"), "['BigFile/get',{'accountId':'%a%','state':'%s0%','notFound':[],'list':[]},'0']" },
  { SET ("'create':{'x':{'blobId':'%blob%','name':'film.mp4','type':'video/mp4','password':'correct horse','maxDownloads':3}}"),
    "['BigFile/set',{'oldState':'%s0%','newState':'%s1%','notCreated':null,'created':{'x':{'id':'%f%','name':'film.mp4','type':'video/mp4',"
    "'size':5000,'url':'%url%','createdAt':'%since%','expiresAt':'%until%','hasPassword':true,'maxDownloads':3,'downloads':0,'isDetached':false,"
    "'!password':0,'!blobId':0}}},'0']" },
  { GET ("'ids':['%f%','fx']"),
    "['BigFile/get',{'state':'%s1%','notFound':['fx'],'list':[{'id':'%f%','url':'%url%','expiresAt':'%until%','hasPassword':true,'!password':0}]},'0']" },
  { GET ("'ids':null,'properties':['name']"), "['BigFile/get',{'list':[{'id':'%f%','name':'film.mp4','!size':0}]},'0']" },
  { GET ("'ids':null,'properties':['password']"), ERROR ("invalidArguments") },
  { CHANGES ("'sinceState':'%s0%'"), "['BigFile/changes',{'newState':'%s1%','created':['%f%'],'updated':[],'destroyed':[]},'0']" },

  { SET ("'update':{'%f%':{'expiresAt':'2100-01-02T03:04:05Z','maxDownloads':null}}"), "['BigFile/set',{'newState':'%s2%','updated':{'%f%':null}},'0']" },
  { GET ("'ids':['%f%']"), "['BigFile/get',{'list':[{'expiresAt':'2100-01-02T03:04:05Z','maxDownloads':null,'hasPassword':true}]},'0']" },
  { SET ("'update':{'%f%':{'password':null,'expiresAt':null}}"), "['BigFile/set',{'updated':{'%f%':{'hasPassword':false}}},'0']" },
  { GET ("'ids':['%f%']"), "['BigFile/get',{'list':[{'expiresAt':null,'hasPassword':false}]},'0']" },
  { SET ("'update':{'%f%':{'password':'other horse'}}"), "['BigFile/set',{'updated':{'%f%':{'hasPassword':true}}},'0']" },

#define REFUSED(patch, property)                                                                                               \
  {                                                                                                                            \
    SET ("'update':{'%f%':" patch "}"),                                                                                        \
        "['BigFile/set',{'updated':null,'notUpdated':{'%f%':{'type':'invalidProperties','properties':['" property "']}}},'0']" \
  }
  REFUSED ("{'name':'other'}", "name"),
  REFUSED ("{'type':'text/html'}", "type"),
  REFUSED ("{'blobId':'%blob%'}", "blobId"),
  REFUSED ("{'size':1}", "size"),
  REFUSED ("{'url':'x'}", "url"),
  REFUSED ("{'downloads':1}", "downloads"),
  REFUSED ("{'expiresAt':'tomorrow'}", "expiresAt"),
  REFUSED ("{'expiresAt':7}", "expiresAt"),
  REFUSED ("{'maxDownloads':0}", "maxDownloads"),
  REFUSED ("{'maxDownloads':'3'}", "maxDownloads"),
  REFUSED ("{'password':7}", "password"),
  REFUSED ("{'password':'a\\nb'}", "password"),
  REFUSED ("{'nothing':1}", "nothing"),
#undef REFUSED

#define REFUSED(properties, type)                                                                                        \
  {                                                                                                                      \
    SET ("'create':{'x':" properties "}"), "['BigFile/set',{'created':null,'notCreated':{'x':{'type':'" type "'}}},'0']" \
  }
  REFUSED ("{'name':'x'}", "invalidProperties"),
  REFUSED ("{'blobId':'%blob%'}", "invalidProperties"),
  REFUSED ("{'blobId':'%blob%','name':7}", "invalidProperties"),
  REFUSED ("{'blobId':'%blob%','name':'x','size':7}", "invalidProperties"),
  REFUSED ("{'blobId':'uaaaaaaaaaaaaaaaaaaaaaaaaaa','name':'x'}", "blobNotFound"),
  REFUSED ("{'blobId':'%large%','name':'x'}", "overQuota"),
#undef REFUSED

  /* What a message and a part hold can be given on, too. */
  { SET ("'create':{'x':{'blobId':'r%mail%','name':'mail.eml','expiresAt':null}}"), "['BigFile/set',{'created':{'x':{'id':'%g%','expiresAt':null}}},'0']" },
  { "['Quota/get',{'accountId':'%a%','ids':['octets']},'0']", "['Quota/get',{'list':[{'used':'*'}]},'0']" },
  { SET ("'destroy':['%f%','%g%','fx']"), "['BigFile/set',{'destroyed':['%f%','%g%'],'notDestroyed':{'fx':{'type':'notFound'}}},'0']" },
  { GET ("'ids':null"), "['BigFile/get',{'list':[]},'0']" },
  { CHANGES ("'sinceState':'%s1%'"), "['BigFile/changes',{'created':[],'updated':[],'destroyed':['%f%']},'0']" },
};

static void
test_files (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();

  upload (site, "blob", 5000);
  upload (site, "large", 1000001);
  jmap_site_deliver (site, "inbox", "mail", NULL, "From: bob@other.example\nSubject: x\n\nText.\n");
  jmap_site_run (site, steps, G_N_ELEMENTS (steps));
}

static const JmapStep detach_steps[] = {
#define DETACH(email, part) "['BigFile/detach',{'accountId':'%a%','emailId':'" email "','partId':'" part "'},'0']"
  { DETACH ("%mail%", "9"), ERROR ("invalidArguments") },
  { DETACH ("mx", "2"), ERROR ("invalidArguments") },
  { "['BigFile/detach',{'accountId':'%a%','emailId':'%mail%'},'0']", ERROR ("invalidArguments") },
  { DETACH ("%single%", "1"), ERROR ("forbidden") },
  { DETACH ("%mail%", "2"),
    "['BigFile/detach',{'accountId':'%a%','emailId':'%new%','bigFile':{'id':'%f%','name':'a.txt','url':'%url%','isDetached':true,'expiresAt':null}},'0']" },
  { "['Email/get',{'accountId':'%a%','ids':['%mail%','%new%'],'properties':['subject','mailboxIds','keywords','hasAttachment','textBody']},'0']",
    "['Email/get',{'notFound':['%mail%'],'list':[{'id':'%new%','subject':'x','mailboxIds':{'%inbox%':true},'keywords':{'$flagged':true},"
    "'hasAttachment':false,'textBody':[{'partId':'1'},{'partId':'2','type':'text/plain','disposition':'inline'}]}]},'0']" },
  { GET ("'ids':null"), "['BigFile/get',{'list':[{'id':'%f%','url':'%url%','isDetached':true}]},'0']" },
};

static void
test_detach (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();

  jmap_site_deliver (site, "inbox", "mail", "$flagged",
                     "From: bob@other.example\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nText.\n--b\n"
                     "Content-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nthe attachment\n--b--\n");
  jmap_site_deliver (site, "inbox", "single", NULL, "From: bob@other.example\nContent-Type: image/png\n\nx\n");
  jmap_site_run (site, detach_steps, G_N_ELEMENTS (detach_steps));
}

/* Who does not name the capability does not meet it. */
static void
test_capability (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GBytes) session = NULL;
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (JsonNode) session_root = NULL;
  guint status;

  answer = jmap_site_send (site, "{'using':['urn:ietf:params:jmap:core','urn:ietf:params:jmap:mail'],'methodCalls':[" GET ("'ids':null") "]}", &status);
  root = jmap_site_parse (answer);
  jmap_test_assert_matches ("{'methodResponses':[" ERROR ("unknownMethod") "]}", root, site->names);
  session = intimail_jmap_get_session (site->jmap, "https://mail.home.example", NULL);
  session_root = jmap_site_parse (session);
  jmap_test_assert_matches ("{'capabilities':{'urn:intimail:params:jmap:bigfiles':{}},"
                            "'primaryAccounts':{'urn:intimail:params:jmap:bigfiles':'%a%'},"
                            "'accounts':{'%a%':{'accountCapabilities':{'urn:intimail:params:jmap:bigfiles':"
                            "{'maxSize':2000000000,'over':20000000,'days':30}}}}}",
                            session_root, site->names);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jmap/big-file/files", test_files);
  g_test_add_func ("/jmap/big-file/detach", test_detach);
  g_test_add_func ("/jmap/big-file/capability", test_capability);

  return g_test_run ();
}
