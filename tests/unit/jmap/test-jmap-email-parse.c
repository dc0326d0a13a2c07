/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap-site.h"

static const char outer_mail[] =
    "From: Bob <bob@b.example>\n"
    "Subject: outer\n"
    "MIME-Version: 1.0\n"
    "Content-Type: multipart/mixed; boundary=b\n"
    "\n"
    "--b\n\nsee below\n"
    "--b\n"
    "Content-Type: message/rfc822\n"
    "\n"
    "From: Ann <ann@b.example>\n"
    "To: Friends: x@b.example;\n"
    "Subject: =?utf-8?q?inn=C3=A9r?=\n"
    "Message-ID: <i@b.example>\n"
    "Date: Mon, 2 Mar 2020 11:12:13 +0100\n"
    "\n"
    "hello inside\n"
    "--b\n"
    "Content-Type: text/plain\n"
    "\n"
    "\n"
    "--b--\n";

static const JmapStep parse_steps[] = {
  { "['Email/parse',{'accountId':'%a%','blobIds':['%p2%','nothing','%p3%']},'0']",
    "['Email/parse',{'accountId':'%a%','notFound':['nothing'],'notParsable':['%p3%'],'parsed':{'%p2%':{'subject':'inn\303\251r','from':[{'name':'Ann','email':'ann@b.example'}],'to':[{'name':null,'email':'x@b.example'}],'cc':null,"
    "'messageId':['i@b.example'],'inReplyTo':null,'sentAt':'2020-03-02T11:12:13+01:00','hasAttachment':false,'preview':'hello inside','bodyValues':{'!1':0},'textBody':[{'partId':'1','blobId':null,'type':'text/plain'}],'attachments':[],'!id':0,'!size':0}}},'0']" },
  { "['Email/parse',{'accountId':'%a%','blobIds':['%p2%'],'properties':['id','threadId','mailboxIds','keywords','receivedAt','blobId','size','bodyValues','header:To:asGroupedAddresses'],'fetchAllBodyValues':true},'0']",
    "['Email/parse',{'notFound':null,'notParsable':null,'parsed':{'%p2%':{'id':null,'threadId':null,'mailboxIds':null,'keywords':null,'receivedAt':null,'blobId':'%p2%','size':'*','bodyValues':{'1':{'value':'hello inside'}},"
    "'header:To:asGroupedAddresses':[{'name':'Friends','addresses':[{'name':null,'email':'x@b.example'}]}]}}},'0']" },
  /* The parts of a message that is stored have their blobs. */
  { "['Email/parse',{'accountId':'%a%','blobIds':['%r%'],'properties':['attachments'],'bodyProperties':['blobId']},'0']",
    "['Email/parse',{'parsed':{'%r%':{'attachments':[{'blobId':'%p2%'}]}}},'0']" },
  { "['Email/parse',{'accountId':'%a%','blobIds':[]},'0']", "['Email/parse',{'parsed':null,'notParsable':null,'notFound':null},'0']" },
  { "['Email/parse',{'accountId':'%a%'},'0']", "['error',{'type':'invalidArguments'},'0']" },
  { "['Email/parse',{'accountId':'%a%','blobIds':[],'properties':['nothing']},'0']", "['error',{'type':'invalidArguments'},'0']" },
  { "['Email/parse',{'accountId':'%a%','blobIds':[],'properties':['header:From:asDate']},'0']", "['error',{'type':'invalidArguments'},'0']" },
};

static void
add_blob_name (JmapSite *site, const char *name, const char *prefix, const char *suffix)
{
  g_autofree char *blob_id = g_strconcat (prefix, (char *) g_hash_table_lookup (site->names, "m"), suffix, NULL);

  jmap_site_set_name (site, name, blob_id);
}

static void
test_parse (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();

  jmap_site_deliver (site, "inbox", "m", NULL, outer_mail);
  add_blob_name (site, "p2", "p", "_2");
  add_blob_name (site, "p3", "p", "_3");
  add_blob_name (site, "r", "r", "");
  jmap_site_run (site, parse_steps, G_N_ELEMENTS (parse_steps));
}

#define SNIPPET(filter) "['SearchSnippet/get',{'accountId':'%a%','filter':" filter ",'emailIds':['%m%']},'0']"
#define FOUND(subject, preview) "['SearchSnippet/get',{'accountId':'%a%','list':[{'emailId':'%m%','subject':" subject ",'preview':" preview "}],'notFound':null},'0']"

static const JmapStep snippet_steps[] = {
  { SNIPPET ("{'subject':'castle'}"), FOUND ("'The <mark>Castle</mark> &amp; the hill'", "null") },
  { SNIPPET ("{'text':'hill'}"), FOUND ("'The Castle &amp; the <mark>hill</mark>'", "'And then, at last, there stood, in the \303\251t\303\251 under the <mark>hill</mark> &lt;there&gt;'") },
  { SNIPPET ("{'body':'\303\211T\303\211'}"), FOUND ("null", "'It was long before. And then, at last, there stood, in the <mark>\303\251t\303\251</mark> under the hill &lt;there&gt;'") },
  { SNIPPET ("{'operator':'AND','conditions':[{'subject':'the'},{'body':'under'}]}"), FOUND ("'<mark>The</mark> Castle &amp; <mark>the</mark> hill'", "'*'") },
  { SNIPPET ("{'operator':'NOT','conditions':[{'text':'castle'}]}"), FOUND ("null", "null") },
  { SNIPPET ("{'subject':'\\u0022castle & the\\u0022'}"), FOUND ("'The <mark>Castle &amp; the</mark> hill'", "null") },
  { SNIPPET ("{'text':'nothing'}"), FOUND ("null", "null") },
  { SNIPPET ("{'hasKeyword':'x'}"), FOUND ("null", "null") },
  { SNIPPET ("null"), FOUND ("null", "null") },
  { "['SearchSnippet/get',{'accountId':'%a%','filter':null,'emailIds':['nothing']},'0']", "['SearchSnippet/get',{'list':[],'notFound':['nothing']},'0']" },
  { SNIPPET ("{'shoeSize':1}"), "['error',{'type':'unsupportedFilter'},'0']" },
  { "['SearchSnippet/get',{'accountId':'%a%','filter':null},'0']", "['error',{'type':'invalidArguments'},'0']" },
};

static void
test_snippet (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();
  g_autoptr (GString) message = g_string_new ("Subject: The Castle & the hill\nContent-Type: text/plain; charset=utf-8\n\n");

  for (int i = 0; i < 100; i++)
    g_string_append (message, "far away ");
  g_string_append (message, "\nIt was long before.\nAnd then, at last, there stood, in the\n\303\251t\303\251 under the hill <there>");
  jmap_site_deliver (site, "inbox", "m", NULL, message->str);
  jmap_site_run (site, snippet_steps, G_N_ELEMENTS (snippet_steps));
}

static const JmapStep report_steps[] = {
  { "['Email/get',{'accountId':'%a%','ids':['%r%','%m%'],'properties':['intimail:deliveryStatus']},'0']",
    "['Email/get',{'list':[{'id':'%r%','intimail:deliveryStatus':{'reporter':'mx.home.example','recipients':[{'email':'bob@far.example','action':'failed','status':'5.2.2','diagnostic':'552 5.2.2 full',"
    "'remote':'mx.far.example','explanation':{'en':'*','fr':'*'}},{'email':'eve@far.example','action':'delayed','status':'','diagnostic':'','remote':''}]}},{'id':'%m%','intimail:deliveryStatus':null}]},'0']" },
  /* Who does not ask for it does not get it. */
  { "['Email/get',{'accountId':'%a%','ids':['%r%']},'0']", "['Email/get',{'list':[{'id':'%r%','!intimail:deliveryStatus':0}]},'0']" },
};

static void
test_report (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();

  jmap_site_deliver (site, "inbox", "m", NULL, outer_mail);
  jmap_site_deliver (site, "inbox", "r", NULL,
                     "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n"
                     "Reporting-MTA: dns; mx.home.example\n\nFinal-Recipient: rfc822; bob@far.example\nAction: failed\nStatus: 5.2.2\n"
                     "Remote-MTA: dns; mx.far.example\nDiagnostic-Code: smtp; 552 5.2.2 full\n\nFinal-Recipient: rfc822; eve@far.example\nAction: delayed\n--b--\n");
  jmap_site_run (site, report_steps, G_N_ELEMENTS (report_steps));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/jmap-email/parse", test_parse);
  g_test_add_func ("/jmap-email/report", test_report);
  g_test_add_func ("/jmap-email/search-snippet", test_snippet);

  return g_test_run ();
}
