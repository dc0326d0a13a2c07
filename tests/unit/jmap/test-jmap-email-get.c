/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap-email.h"

static const char plain_mail[] =
    "Received: from a.example by b.example; Mon, 2 Mar 2020 10:00:00 +0000\n"
    "Return-Path: <bob@b.example>\n"
    "Date: Mon, 2 Mar 2020 11:12:13 +0100\n"
    "From: Bob <bob@b.example>\n"
    "Sender: bob@b.example (Bob's desk)\n"
    "To: alice@home.example, =?utf-8?q?Zo=C3=A9?= <zoe@b.example>\n"
    "Cc: Friends: Ann <ann@b.example>, b@b.example;, c@b.example\n"
    "Reply-To: list@b.example\n"
    "Message-ID: <one@b.example>\n"
    "In-Reply-To: <zero@b.example>\n"
    "References: <minus@b.example> <zero@b.example>\n"
    "Subject: =?utf-8?q?Caf=C3=A9?=\n"
    " tomorrow\n"
    "X-Twice: first\n"
    "X-Twice: =?iso-8859-1?q?zweit=E9?=\n"
    "X-Urls: <http://a.example/>, <mailto:x@a.example>\n"
    "X-Date: Mon, 2 Mar 2020 11:12:13 +0100\n"
    "\n"
    "Hello Alice,\r\nsee you.\n";

/* The tree of RFC 8621 section 4.1.4, part by part. */
#define LEAF(type, disposition, letter) \
  "Content-Type: " type "\n" disposition "\n" letter "\n"
#define INLINE "Content-Disposition: inline\n"
#define ATTACHED "Content-Disposition: attachment\n"

static const char tree_mail[] =
    "From: bob@b.example\n"
    "Subject: Tree\n"
    "MIME-Version: 1.0\n"
    "Content-Type: multipart/mixed; boundary=m1\n"
    "\n"
    "--m1\n" LEAF ("text/plain", INLINE, "A") "--m1\nContent-Type: multipart/mixed; boundary=m2\n\n"
                                              "--m2\nContent-Type: multipart/alternative; boundary=m3\n\n"
                                              "--m3\nContent-Type: multipart/mixed; boundary=m4\n\n"
                                              "--m4\n" LEAF ("text/plain", INLINE, "B") "--m4\n" LEAF ("image/jpeg", INLINE, "C") "--m4\n" LEAF ("text/plain", INLINE, "D") "--m4--\n"
                                                                                                                                                                            "--m3\nContent-Type: multipart/related; boundary=m5\n\n"
                                                                                                                                                                            "--m5\n" LEAF ("text/html", "", "E") "--m5\n" LEAF ("image/jpeg", "", "F") "--m5--\n"
                                                                                                                                                                                                                                                       "--m3--\n"
                                                                                                                                                                                                                                                       "--m2\n" LEAF ("image/jpeg", ATTACHED, "G") "--m2\n" LEAF ("application/x-excel", "", "H") "--m2\n" LEAF ("message/rfc822", "", "Subject: J\n\nJ") "--m2--\n"
                                                                                                                                                                                                                                                                                                                                                                                                          "--m1\n" LEAF ("text/plain", INLINE, "K") "--m1--\n";

static const char strange_mail[] =
    "From: bob@b.example\n"
    "Content-Type: multipart/digest; boundary=d\n"
    "\n"
    "--d\n\nSubject: inside\n\nhello\n"
    "--d\n"
    "Content-Type: text/plain\n"
    "Content-Language: en, fr\n"
    "Content-Location: http://a.example/x\n"
    "Content-ID: <cid@a.example>\n"
    "Content-Disposition: attachment; filename*=utf-8''caf%C3%A9.txt\n"
    "\n"
    "caf\351\n"
    "--d\n"
    "Content-Type: application/pdf; name=\"=?utf-8?q?=C3=A9t=C3=A9.pdf?=\"\n"
    "Content-Transfer-Encoding: base64\n"
    "\n"
    "aGVsbG8=\n"
    "--d--\n";

static const char html_mail[] =
    "From: bob@b.example\n"
    "Content-Type: text/html; charset=utf-8\n"
    "\n"
    "<p>Hello <a href=\"http://a.example/\">there</a></p>\n";

/* What each mail must look like; %plain% and so on are their ids. */
static const JmapStep steps[] = {
  /* The list view. */
  { "['Email/get',{'accountId':'%a%','ids':['%plain%'],'properties':['id','threadId','mailboxIds','keywords','size','receivedAt','from','to','cc','subject','preview','hasAttachment']},'0']",
    "['Email/get',{'accountId':'%a%','state':'*','notFound':[],'list':[{'id':'%plain%','threadId':'*','mailboxIds':{'%inbox%':true},'keywords':{'$seen':true},"
    "'from':[{'name':'Bob','email':'bob@b.example'}],'to':[{'name':null,'email':'alice@home.example'},{'name':'Zo\303\251','email':'zoe@b.example'}],"
    "'subject':'Caf\303\251 tomorrow','preview':'Hello Alice, see you.','hasAttachment':false,'!blobId':0,'!bodyValues':0}]},'0']" },
  /* The convenience properties. */
  { "['Email/get',{'accountId':'%a%','ids':['%plain%'],'properties':['blobId','messageId','inReplyTo','references','sender','bcc','replyTo','sentAt']},'0']",
    "['Email/get',{'list':[{'id':'%plain%','blobId':'*','messageId':['one@b.example'],'inReplyTo':['zero@b.example'],'references':['minus@b.example','zero@b.example'],"
    "'sender':[{'name':'Bob\\u0027s desk','email':'bob@b.example'}],'bcc':null,'replyTo':[{'name':null,'email':'list@b.example'}],'sentAt':'2020-03-02T11:12:13+01:00'}]},'0']" },
  /* Forms: the last instance, all instances, none, and the key as it was asked for. */
  { "['Email/get',{'accountId':'%a%','ids':['%plain%'],'properties':['header:X-Twice','header:x-twice:asText','header:X-Twice:asText:all','header:X-None','header:X-None:all','header:Subject:asText','header:Cc:asGroupedAddresses','header:Cc:asAddresses']},'0']",
    "['Email/get',{'list':[{'id':'%plain%','header:X-Twice':' =?iso-8859-1?q?zweit=E9?=','header:x-twice:asText':'zweit\303\251','header:X-Twice:asText:all':['first','zweit\303\251'],"
    "'header:X-None':null,'header:X-None:all':[],'header:Subject:asText':'Caf\303\251 tomorrow',"
    "'header:Cc:asGroupedAddresses':[{'name':'Friends','addresses':[{'name':'Ann','email':'ann@b.example'},{'name':null,'email':'b@b.example'}]},{'name':null,'addresses':[{'name':null,'email':'c@b.example'}]}],"
    "'header:Cc:asAddresses':[{'name':'Ann','email':'ann@b.example'},{'name':null,'email':'b@b.example'},{'name':null,'email':'c@b.example'}]}]},'0']" },
  { "['Email/get',{'accountId':'%a%','ids':['%plain%'],'properties':['header:X-Urls:asURLs','header:X-Date:asDate','header:Date:asDate','header:References:asMessageIds','header:X-Twice:asMessageIds','header:X-Twice:asURLs','header:X-Twice:asDate']},'0']",
    "['Email/get',{'list':[{'header:X-Urls:asURLs':['http://a.example/','mailto:x@a.example'],'header:X-Date:asDate':'2020-03-02T11:12:13+01:00','header:Date:asDate':'2020-03-02T11:12:13+01:00',"
    "'header:References:asMessageIds':['minus@b.example','zero@b.example'],'header:X-Twice:asMessageIds':null,'header:X-Twice:asURLs':null,'header:X-Twice:asDate':null}]},'0']" },
  { "['Email/get',{'accountId':'%a%','ids':['%html%'],'properties':['headers']},'0']",
    "['Email/get',{'list':[{'headers':[{'name':'From','value':' bob@b.example'},{'name':'Content-Type','value':' text/html; charset=utf-8'}]}]},'0']" },
  /* A forbidden form and a malformed one end the call. */
  { "['Email/get',{'accountId':'%a%','ids':['%plain%'],'properties':['header:From:asDate']},'0']", "['error',{'type':'invalidArguments'},'0']" },
  { "['Email/get',{'accountId':'%a%','ids':['%plain%'],'properties':['header:X:all:asText']},'0']", "['error',{'type':'invalidArguments'},'0']" },
  { "['Email/get',{'accountId':'%a%','ids':['%plain%'],'properties':['nothing']},'0']", "['error',{'type':'invalidArguments'},'0']" },
  { "['Email/get',{'accountId':'%a%','ids':['%plain%'],'bodyProperties':['nothing']},'0']", "['error',{'type':'invalidArguments'},'0']" },
  { "['Email/get',{'accountId':'%a%','ids':['%plain%'],'maxBodyValueBytes':-1},'0']", "['error',{'type':'invalidArguments'},'0']" },
  /* Ids: none, one that does not exist, one of no sensible shape, one twice. */
  { "['Email/get',{'accountId':'%a%','ids':[]},'0']", "['Email/get',{'list':[],'notFound':[]},'0']" },
  { "['Email/get',{'accountId':'%a%','ids':['m-no',' x/../\303\251',''],'properties':['id']},'0']", "['Email/get',{'list':[],'notFound':['m-no',' x/../\303\251','']},'0']" },
  { "['Email/get',{'accountId':'%a%','ids':['%html%','%html%'],'properties':['id']},'0']", "['Email/get',{'list':[{'id':'%html%'}]},'0']" },
  { "['Email/get',{'accountId':'%a%','ids':null,'properties':['id']},'0']", "['Email/get',{'list':['*','*','*','*'],'notFound':[]},'0']" },
  /* The body: lists of RFC 8621 section 4.1.4. */
  { "['Email/get',{'accountId':'%a%','ids':['%tree%'],'properties':['textBody'],'bodyProperties':['partId','type']},'0']",
    "['Email/get',{'list':[{'textBody':[{'partId':'1'},{'partId':'2.1.1.1'},{'partId':'2.1.1.2'},{'partId':'2.1.1.3'},{'partId':'3'}]}]},'0']" },
  { "['Email/get',{'accountId':'%a%','ids':['%tree%'],'properties':['htmlBody'],'bodyProperties':['partId']},'0']",
    "['Email/get',{'list':[{'htmlBody':[{'partId':'1'},{'partId':'2.1.2.1'},{'partId':'3'}]}]},'0']" },
  { "['Email/get',{'accountId':'%a%','ids':['%tree%'],'properties':['attachments','hasAttachment'],'bodyProperties':['partId','type','!x']},'0']",
    "['error',{'type':'invalidArguments'},'0']" },
  { "['Email/get',{'accountId':'%a%','ids':['%tree%'],'properties':['attachments','hasAttachment'],'bodyProperties':['partId','type','disposition']},'0']",
    "['Email/get',{'list':[{'hasAttachment':true,'attachments':[{'partId':'2.1.1.2','disposition':'inline'},{'partId':'2.1.2.2','disposition':null},{'partId':'2.2','disposition':'attachment'},{'partId':'2.3'},{'partId':'2.4','type':'message/rfc822'}]}]},'0']" },
  { "['Email/get',{'accountId':'%a%','ids':['%tree%'],'properties':['attachments'],'bodyProperties':['partId','intimailFileName','intimailDisguised']},'0']",
    "['Email/get',{'list':[{'attachments':[{'intimailFileName':'unnamed.txt','intimailDisguised':true},'*',{'partId':'2.2'},'*',{'partId':'2.4','intimailFileName':'unnamed.eml','intimailDisguised':false}]}]},'0']" },
  /* The structure has no part of the message inside, and null ids exactly for multiparts. */
  { "['Email/get',{'accountId':'%a%','ids':['%tree%'],'properties':['bodyStructure'],'bodyProperties':['partId','blobId','type']},'0']",
    "['Email/get',{'list':[{'bodyStructure':{'partId':null,'blobId':null,'type':'multipart/mixed','subParts':[{'partId':'1','blobId':'*','!subParts':0},"
    "{'partId':null,'subParts':[{'subParts':[{'subParts':['*','*','*']},{'type':'multipart/related','subParts':['*','*']}]},'*','*',{'partId':'2.4','type':'message/rfc822','!subParts':0}]},'*']}}]},'0']" },
  /* What a part says of itself. */
  { "['Email/get',{'accountId':'%a%','ids':['%strange%'],'properties':['bodyStructure'],'bodyProperties':['type','charset','name','cid','language','location','disposition','size','header:Content-Type:asText','subParts']},'0']",
    "['Email/get',{'list':[{'bodyStructure':{'type':'multipart/digest','charset':null,'size':0,'subParts':[{'type':'message/rfc822','charset':null,'name':null,'cid':null,'language':null,'location':null,'disposition':null,'header:Content-Type:asText':null,'subParts':null},"
    "{'type':'text/plain','charset':'us-ascii','name':'caf\303\251.txt','cid':'cid@a.example','language':['en','fr'],'location':'http://a.example/x','disposition':'attachment','header:Content-Type:asText':'text/plain'},"
    "{'type':'application/pdf','charset':null,'name':'\303\251t\303\251.pdf','size':5}]}}]},'0']" },
  /* Values: only what was asked for, line ends made one, problems told. */
  { "['Email/get',{'accountId':'%a%','ids':['%plain%'],'properties':['bodyValues'],'fetchTextBodyValues':true},'0']",
    "['Email/get',{'list':[{'bodyValues':{'1':{'value':'Hello Alice,\\nsee you.\\n','isEncodingProblem':false,'isTruncated':false}}}]},'0']" },
  { "['Email/get',{'accountId':'%a%','ids':['%plain%'],'properties':['bodyValues']},'0']", "['Email/get',{'list':[{'bodyValues':{'!1':0}}]},'0']" },
  { "['Email/get',{'accountId':'%a%','ids':['%tree%'],'properties':['bodyValues'],'fetchHTMLBodyValues':true},'0']",
    "['Email/get',{'list':[{'bodyValues':{'1':'*','2.1.2.1':'*','3':'*','!2.1.1.1':0}}]},'0']" },
  { "['Email/get',{'accountId':'%a%','ids':['%tree%'],'properties':['bodyValues'],'fetchTextBodyValues':true},'0']",
    "['Email/get',{'list':[{'bodyValues':{'1':'*','2.1.1.1':'*','2.1.1.3':'*','3':'*','!2.1.1.2':0,'!2.1.2.1':0}}]},'0']" },
  { "['Email/get',{'accountId':'%a%','ids':['%strange%'],'properties':['bodyValues'],'fetchAllBodyValues':true},'0']",
    "['Email/get',{'list':[{'bodyValues':{'!1':0,'2':{'isEncodingProblem':true,'isTruncated':false},'!3':0}}]},'0']" },
  { "['Email/get',{'accountId':'%a%','ids':['%plain%'],'properties':['bodyValues'],'fetchTextBodyValues':true,'maxBodyValueBytes':5},'0']",
    "['Email/get',{'list':[{'bodyValues':{'1':{'value':'Hello','isTruncated':true}}}]},'0']" },
  { "['Email/get',{'accountId':'%a%','ids':['%html%'],'properties':['bodyValues'],'fetchHTMLBodyValues':true,'maxBodyValueBytes':20},'0']",
    "['Email/get',{'list':[{'bodyValues':{'1':{'value':'<p>Hello ','isTruncated':true}}}]},'0']" },
  /* Without "properties": the ones of RFC 8621 section 4.2. */
  { "['Email/get',{'accountId':'%a%','ids':['%plain%']},'0']",
    "['Email/get',{'list':[{'id':'*','blobId':'*','threadId':'*','mailboxIds':'*','keywords':'*','size':'*','receivedAt':'*','messageId':'*','inReplyTo':'*','references':'*','sender':'*','from':'*','to':'*','cc':'*','bcc':null,"
    "'replyTo':'*','subject':'*','sentAt':'*','hasAttachment':'*','preview':'*','bodyValues':'*','textBody':'*','htmlBody':'*','attachments':[],'!bodyStructure':0,'!headers':0}]},'0']" },
};

static void
test_get (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();

  jmap_site_deliver (site, "inbox", "plain", "$seen", plain_mail);
  jmap_site_deliver (site, "inbox", "tree", NULL, tree_mail);
  jmap_site_deliver (site, "inbox", "strange", NULL, strange_mail);
  jmap_site_deliver (site, "archive", "html", NULL, html_mail);
  jmap_site_run (site, steps, G_N_ELEMENTS (steps));
}

static const JmapStep thread_steps[] = {
  { "['Email/get',{'accountId':'%a%','ids':['%one%','%two%','%other%'],'properties':['threadId']},'0']",
    "['Email/get',{'list':[{'threadId':'%t%'},{'threadId':'%t%'},{'threadId':'%u%'}]},'0']" },
  { "['Thread/get',{'accountId':'%a%','ids':['%t%','%u%','no']},'0']",
    "['Thread/get',{'accountId':'%a%','state':'%state%','list':[{'id':'%t%','emailIds':['%one%','%two%']},{'id':'%u%','emailIds':['%other%']}],'notFound':['no']},'0']" },
  { "['Thread/get',{'accountId':'%a%','ids':['%t%'],'properties':['id']},'0']", "['Thread/get',{'list':[{'id':'%t%','!emailIds':0}]},'0']" },
  { "['Thread/get',{'accountId':'%a%','ids':null},'0']", "['Thread/get',{'list':['*','*']},'0']" },
  { "['Thread/get',{'accountId':'%a%','ids':[]},'0']", "['Thread/get',{'list':[]},'0']" },
  { "['Thread/changes',{'accountId':'%a%','sinceState':'%state%'},'0']",
    "['Thread/changes',{'oldState':'%state%','newState':'%state%','hasMoreChanges':false,'created':[],'updated':[],'destroyed':[]},'0']" },
  { "['Email/set',{'accountId':'%a%','destroy':['%two%','%other%']},'0'],['Thread/changes',{'accountId':'%a%','sinceState':'%state%'},'1']",
    "['Email/set',{'destroyed':['%two%','%other%']},'0'],['Thread/changes',{'created':[],'updated':['%t%'],'destroyed':['%u%']},'1']" },
  { "['Thread/changes',{'accountId':'%a%','sinceState':'nonsense'},'0']", "['error',{'type':'cannotCalculateChanges'},'0']" },
  { "['Thread/changes',{'accountId':'%a%','sinceState':'%state%','maxChanges':0},'0']", "['error',{'type':'invalidArguments'},'0']" },
};

static void
test_thread (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();

  jmap_email_deliver_at (site, "inbox", "one", NULL, 1583143201, "Message-ID: <a@b>\nSubject: Hi\n\nx");
  jmap_email_deliver_at (site, "archive", "two", NULL, 1583143202, "Message-ID: <c@b>\nReferences: <a@b>\nSubject: Re: Hi\n\nx");
  jmap_email_deliver_at (site, "inbox", "other", NULL, 1583143203, "Message-ID: <d@b>\nReferences: <a@b>\nSubject: Something else\n\nx");
  jmap_site_run (site, thread_steps, G_N_ELEMENTS (thread_steps));
}

/* An index without previews: they come from the message. */
static const JmapStep preview_steps[] = {
  { "['Email/get',{'accountId':'%a%','ids':['%plain%','%empty%'],'properties':['subject','preview']},'0']",
    "['Email/get',{'list':[{'preview':'Hello Alice, see you.','subject':'Caf\303\251 tomorrow'},{'preview':''}],'notFound':[]},'0']" },
  { "['Email/get',{'accountId':'%a%','ids':['%plain%'],'properties':['subject']},'0']", "['Email/get',{'list':[{'!preview':0}]},'0']" },
};

static void
test_without_previews (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();

  intimail_account_set_previews (jmap_site_get_account (site), FALSE);
  jmap_site_deliver (site, "inbox", "plain", NULL, plain_mail);
  jmap_site_deliver (site, "inbox", "empty", NULL, "Subject: Nothing\n\n");
  jmap_site_run (site, preview_steps, G_N_ELEMENTS (preview_steps));
}

#define TEN(text) text text text text text text text text text text
#define LETTERS(n) TEN (TEN ("\316\261")) TEN (TEN ("\316\261")) n

/* A list has what the index keeps, 220 bytes; a message that is opened has 256 characters. */
static const JmapStep long_preview_steps[] = {
  { "['Email/get',{'accountId':'%a%','ids':['%greek%'],'properties':['preview']},'0']",
    "['Email/get',{'list':[{'preview':'" TEN (TEN ("\316\261")) TEN ("\316\261") "'}]},'0']" },
  { "['Email/get',{'accountId':'%a%','ids':['%greek%'],'properties':['preview','bodyStructure']},'0']",
    "['Email/get',{'list':[{'preview':'" LETTERS (TEN ("\316\261\316\261\316\261\316\261\316\261") "\316\261\316\261\316\261\316\261\316\261\316\261") "'}]},'0']" },
};

static void
test_long_previews (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();

  jmap_site_deliver (site, "inbox", "greek", NULL,
                     "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" LETTERS (TEN (TEN ("\316\261"))) "\n");
  jmap_site_run (site, long_preview_steps, G_N_ELEMENTS (long_preview_steps));
}

static const JmapStep change_steps[] = {
  { "['Email/get',{'accountId':'%a%','ids':[]},'0']", "['Email/get',{'state':'%s0%'},'0']" },
  { "['Email/changes',{'accountId':'%a%','sinceState':'%s0%'},'0']",
    "['Email/changes',{'oldState':'%s0%','newState':'%s0%','hasMoreChanges':false,'created':[],'updated':[],'destroyed':[]},'0']" },
  /* A move is an update, not a destroy and a create. */
  { "['Email/set',{'accountId':'%a%','update':{'%one%':{'mailboxIds':{'%trash%':true}}}},'0'],['Email/changes',{'accountId':'%a%','sinceState':'%s0%'},'1']",
    "['Email/set',{'oldState':'%s0%','newState':'%s1%'},'0'],['Email/changes',{'newState':'%s1%','created':[],'updated':['%one%'],'destroyed':[]},'1']" },
  { "['Email/set',{'accountId':'%a%','update':{'%one%':{'keywords/x':true}},'destroy':['%two%']},'0'],['Email/changes',{'accountId':'%a%','sinceState':'%s0%'},'1']",
    "['Email/set',{'newState':'%s2%'},'0'],['Email/changes',{'newState':'%s2%','created':[],'updated':['%one%'],'destroyed':['%two%']},'1']" },
  { "['Email/changes',{'accountId':'%a%','sinceState':'%s0%','maxChanges':1},'0']",
    "['Email/changes',{'hasMoreChanges':true,'created':[],'updated':['%one%'],'destroyed':[]},'0']" },
  { "['Email/changes',{'accountId':'%a%','sinceState':'%s0%','maxChanges':-1},'0']", "['error',{'type':'invalidArguments'},'0']" },
  { "['Email/changes',{'accountId':'%a%'},'0']", "['error',{'type':'invalidArguments'},'0']" },
  { "['Email/changes',{'accountId':'%a%','sinceState':'other.1'},'0']", "['error',{'type':'cannotCalculateChanges'},'0']" },
};

static void
test_changes (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();

  jmap_site_deliver (site, "inbox", "one", NULL, "Subject: 1\n\nx");
  jmap_site_deliver (site, "inbox", "two", NULL, "Subject: 2\n\nx");
  jmap_site_run (site, change_steps, G_N_ELEMENTS (change_steps));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/jmap-email/get", test_get);
  g_test_add_func ("/jmap-email/without-previews", test_without_previews);
  g_test_add_func ("/jmap-email/long-previews", test_long_previews);
  g_test_add_func ("/jmap-email/thread", test_thread);
  g_test_add_func ("/jmap-email/changes", test_changes);

  return g_test_run ();
}
