/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap-site.h"

#define SET(arguments) "['Email/set',{'accountId':'%a%'," arguments "},'0']"
#define UPDATE(patch) SET ("'update':{'%one%':" patch "}")
#define GOOD "['Email/set',{'accountId':'%a%','oldState':'*','newState':'*','created':null,'updated':{'%one%':null},'destroyed':null,'notCreated':null,'notUpdated':null,'notDestroyed':null},'0']"
#define BAD(error) "['Email/set',{'updated':null,'notUpdated':{'%one%':" error "}},'0']"
#define LOOK ",['Email/get',{'accountId':'%a%','ids':['%one%'],'properties':['keywords','mailboxIds']},'1']"
#define SEEN(keywords, mailboxes) ",['Email/get',{'list':[{'keywords':" keywords ",'mailboxIds':" mailboxes "}]},'1']"

static const JmapStep update_steps[] = {
  { UPDATE ("{'keywords/$seen':true}") LOOK, GOOD SEEN ("{'$seen':true}", "{'%inbox%':true}") },
  { UPDATE ("{'keywords/$seen':true,'keywords/work':true}") LOOK, GOOD SEEN ("{'$seen':true,'work':true}", "'*'") },
  { UPDATE ("{'keywords/$seen':null}") LOOK, GOOD SEEN ("{'!$seen':0,'work':true}", "'*'") },
  { UPDATE ("{'keywords/never':null}") LOOK, GOOD SEEN ("{'work':true}", "'*'") },
  /* Keywords have no case, and may hold what JSON pointers escape. */
  { UPDATE ("{'keywords/$Flagged':true}") LOOK, GOOD SEEN ("{'$flagged':true,'!$Flagged':0}", "'*'") },
  { UPDATE ("{'keywords/$FLAGGED':null}") LOOK, GOOD SEEN ("{'!$flagged':0}", "'*'") },
  { UPDATE ("{'keywords/a~1b~0c':true}") LOOK, GOOD SEEN ("{'a/b~c':true}", "'*'") },
  { UPDATE ("{'keywords':{'A':true,'b':true}}") LOOK, GOOD SEEN ("{'a':true,'b':true,'!work':0,'!a/b~c':0}", "'*'") },
  { UPDATE ("{'keywords':{}}") LOOK, GOOD SEEN ("{'!a':0}", "'*'") },
  { UPDATE ("{'keywords':{'a':true}}") LOOK, GOOD SEEN ("{'a':true}", "'*'") },
  { UPDATE ("{'keywords':null}") LOOK, GOOD SEEN ("{'!a':0}", "'*'") },
  /* Copy is one more mailbox, move one less. */
  { UPDATE ("{'mailboxIds/%archive%':true}") LOOK, GOOD SEEN ("'*'", "{'%inbox%':true,'%archive%':true}") },
  { UPDATE ("{'mailboxIds/%inbox%':null}") LOOK, GOOD SEEN ("'*'", "{'!%inbox%':0,'%archive%':true}") },
  { UPDATE ("{'mailboxIds':{'%inbox%':true},'keywords/x':true}") LOOK, GOOD SEEN ("{'x':true}", "{'%inbox%':true,'!%archive%':0}") },
  { UPDATE ("{'mailboxIds/%inbox%':true}") LOOK, GOOD SEEN ("{'x':true}", "{'%inbox%':true}") },
  /* A mailbox that was made in the same request. */
  { "['Mailbox/set',{'accountId':'%a%','create':{'k':{'name':'New','parentId':null}}},'m']," SET ("'update':{'%one%':{'mailboxIds/#k':true}}") LOOK,
    "['Mailbox/set',{'created':{'k':{'id':'%new%'}}},'m']," GOOD SEEN ("'*'", "{'%new%':true,'%inbox%':true}") },
  { UPDATE ("{'mailboxIds/%new%':null}"), GOOD },
  /* What the server sets may be sent back as it is. */
  { UPDATE ("{'id':'%one%','subject':'Hello','size':'*'}"), BAD ("{'type':'invalidProperties','properties':['size']}") },
  { UPDATE ("{'id':'%one%','subject':'Hello','hasAttachment':false,'cc':null,'from':[{'name':'Bob','email':'bob@b.example'}]}"), GOOD },
  { UPDATE ("{'subject':'Good bye'}"), BAD ("{'type':'invalidProperties','properties':['subject']}") },
  { UPDATE ("{'receivedAt':'2020-03-02T10:00:00Z'}"), BAD ("{'type':'invalidProperties'}") },
  { UPDATE ("{'colour':'red'}"), BAD ("{'type':'invalidProperties','properties':['colour']}") },
  /* Patches that are none. */
  { UPDATE ("{'keywords/x/y':true}"), BAD ("{'type':'invalidPatch'}") },
  { UPDATE ("{'keywords':{},'keywords/x':true}"), BAD ("{'type':'invalidPatch'}") },
  { UPDATE ("{'nothing/x':true}"), BAD ("{'type':'invalidPatch'}") },
  { UPDATE ("[]"), BAD ("{'type':'invalidPatch'}") },
  /* Values that cannot be. */
  { UPDATE ("{'keywords/x':false}"), BAD ("{'type':'invalidProperties','properties':['keywords']}") },
  { UPDATE ("{'keywords/x':1}"), BAD ("{'type':'invalidProperties','properties':['keywords']}") },
  { UPDATE ("{'keywords':['x']}"), BAD ("{'type':'invalidProperties','properties':['keywords']}") },
  { UPDATE ("{'keywords/a b':true}"), BAD ("{'type':'invalidProperties','properties':['keywords']}") },
  { UPDATE ("{'keywords/a*':true}"), BAD ("{'type':'invalidProperties','properties':['keywords']}") },
  { UPDATE ("{'mailboxIds':{}}"), BAD ("{'type':'invalidProperties','properties':['mailboxIds']}") },
  { UPDATE ("{'mailboxIds':null}"), BAD ("{'type':'invalidProperties','properties':['mailboxIds']}") },
  { UPDATE ("{'mailboxIds/%inbox%':null}"), BAD ("{'type':'invalidProperties','properties':['mailboxIds']}") },
  { UPDATE ("{'mailboxIds/nothing':true}"), BAD ("{'type':'invalidProperties','properties':['mailboxIds']}") },
  { UPDATE ("{'mailboxIds/#nothing':true}"), BAD ("{'type':'invalidProperties','properties':['mailboxIds']}") },
  { UPDATE ("{'mailboxIds/%archive%':'yes'}"), BAD ("{'type':'invalidProperties','properties':['mailboxIds']}") },
  { SET ("'update':{'nothing':{'keywords/x':true}}"), "['Email/set',{'updated':null,'notUpdated':{'nothing':{'type':'notFound'}}},'0']" },
  { SET ("'ifInState':'other','update':{'%one%':{'keywords/z':true}}") LOOK, "['error',{'type':'stateMismatch'},'0']" SEEN ("{'!z':0}", "'*'") },
  /* Nothing of the above was half done. */
  { UPDATE ("{}") LOOK, GOOD SEEN ("{'x':true}", "{'%inbox%':true,'!%archive%':0}") },
};

static void
test_update (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();

  jmap_site_deliver (site, "inbox", "one", NULL, "From: Bob <bob@b.example>\nSubject: Hello\n\nx");
  jmap_site_run (site, update_steps, G_N_ELEMENTS (update_steps));
}

static const JmapStep many_steps[] = {
  { SET ("'update':{'%one%':{'keywords/x':true},'%two%':{'keywords/x':true},'%three%':{'keywords/x':true},'nothing':{'keywords/x':true},'%four%':{'mailboxIds':{'%trash%':true}},'%five%':{'mailboxIds':{'%trash%':true}}}"),
    "['Email/set',{'updated':{'%one%':null,'%two%':null,'%three%':null,'%four%':null,'%five%':null},'notUpdated':{'nothing':{'type':'notFound'}}},'0']" },
  { "['Email/query',{'accountId':'%a%','filter':{'hasKeyword':'x'},'calculateTotal':true},'0']", "['Email/query',{'total':3},'0']" },
  { "['Email/query',{'accountId':'%a%','filter':{'inMailbox':'%trash%'},'calculateTotal':true},'0']", "['Email/query',{'total':2},'0']" },
  { SET ("'update':{'%one%':{'keywords/y':true}},'destroy':['%one%','%two%','nothing','']"),
    "['Email/set',{'updated':null,'notUpdated':{'%one%':{'type':'willDestroy'}},'destroyed':['%one%','%two%'],'notDestroyed':{'nothing':{'type':'notFound'},'':{'type':'notFound'}}},'0']" },
  { SET ("'destroy':['%one%']"), "['Email/set',{'destroyed':null,'notDestroyed':{'%one%':{'type':'notFound'}}},'0']" },
  { "['Email/get',{'accountId':'%a%','ids':['%one%','%three%'],'properties':['id']},'0']", "['Email/get',{'list':[{'id':'%three%'}],'notFound':['%one%']},'0']" },
  { SET ("'destroy':[]"), "['Email/set',{'destroyed':null,'notDestroyed':null},'0']" },
};

static void
test_many (void)
{
  static const char *const names[] = { "one", "two", "three", "four", "five" };
  g_autoptr (JmapSite) site = jmap_site_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    jmap_site_deliver (site, "inbox", names[i], NULL, "Subject: Hello\n\nx");
  jmap_site_run (site, many_steps, G_N_ELEMENTS (many_steps));
}

#define CREATE(properties) SET ("'create':{'k':{'mailboxIds':{'%drafts%':true}," properties "}}")
#define MADE "['Email/set',{'created':{'k':{'id':'%m%','blobId':'*','threadId':'*','size':'*'}},'notCreated':null},'0']"
#define REFUSED(property) "['Email/set',{'created':null,'notCreated':{'k':{'type':'invalidProperties','properties':['" property "']}}},'0']"
#define TEXT "'bodyValues':{'t':{'value':'Hello'}},'textBody':[{'partId':'t','type':'text/plain'}]"

/* The constraints of RFC 8621 section 4.6, in its order. */
static const JmapStep constraint_steps[] = {
  { CREATE ("'headers':[{'name':'X','value':'y'}]"), REFUSED ("headers") },
  { CREATE ("'bodyStructure':{'partId':'t','headers':[]},'bodyValues':{'t':{'value':''}}"), REFUSED ("bodyStructure") },
  { CREATE ("'from':[{'email':'a@home.example'}],'header:From':' a@home.example'"), REFUSED ("header:From") },
  { CREATE ("'header:X-a':' 1','header:x-A:asText':'2'"), REFUSED ("header:x-A:asText") },
  { CREATE ("'bodyValues':{'t':{'value':''}},'textBody':[{'partId':'t','header:X':' 1','header:x:asText':'2'}]"), REFUSED ("textBody") },
  { CREATE ("'bodyValues':{'t':{'value':''}},'textBody':[{'partId':'t','type':'text/plain','header:Content-Type':' text/plain'}]"), REFUSED ("textBody") },
  { CREATE ("'header:From:asText':'Bob'"), REFUSED ("header:From:asText") },
  { CREATE ("'header:Content-Type':' text/plain'"), REFUSED ("header:Content-Type") },
  { CREATE ("'header:content-language:asText':'fr'"), REFUSED ("header:content-language:asText") },
  { CREATE ("'bodyStructure':{'partId':'t','type':'text/plain'}," TEXT), REFUSED ("textBody") },
  { CREATE ("'bodyStructure':{'partId':'t','type':'text/plain'},'bodyValues':{'t':{'value':''}},'htmlBody':[]"), REFUSED ("htmlBody") },
  { CREATE ("'bodyStructure':{'partId':'t','type':'text/plain'},'bodyValues':{'t':{'value':''}},'attachments':[]"), REFUSED ("attachments") },
  { CREATE ("'subject':'x','bodyStructure':{'partId':'t','header:Subject:asText':'y'},'bodyValues':{'t':{'value':''}}"), REFUSED ("bodyStructure") },
  { CREATE ("'bodyValues':{'t':{'value':''},'u':{'value':''}},'textBody':[{'partId':'t'},{'partId':'u'}]"), REFUSED ("textBody") },
  { CREATE ("'textBody':[]"), REFUSED ("textBody") },
  { CREATE ("'bodyValues':{'t':{'value':''}},'textBody':[{'partId':'t','type':'text/html'}]"), REFUSED ("textBody") },
  { CREATE ("'bodyValues':{'t':{'value':''}},'htmlBody':[{'partId':'t','type':'text/plain'}]"), REFUSED ("htmlBody") },
  { CREATE ("'bodyValues':{'t':{'value':''},'u':{'value':''}},'htmlBody':[{'partId':'t'},{'partId':'u'}]"), REFUSED ("htmlBody") },
  { CREATE ("'bodyValues':{'t':{'value':''}},'textBody':[{'partId':'t','blobId':'x'}]"), REFUSED ("textBody") },
  { CREATE ("'textBody':[{'type':'text/plain'}]"), REFUSED ("textBody") },
  { CREATE ("'textBody':[{'partId':'t'}]"), REFUSED ("textBody") },
  { CREATE ("'bodyValues':{'t':{'value':''}},'textBody':[{'partId':'t','charset':'utf-8'}]"), REFUSED ("textBody") },
  { CREATE ("'bodyValues':{'t':{'value':''}},'textBody':[{'partId':'t','size':5}]"), REFUSED ("textBody") },
  { CREATE ("'bodyValues':{'t':{'value':''}},'textBody':[{'partId':'t','header:Content-Transfer-Encoding':' 8bit'}]"), REFUSED ("textBody") },
  { CREATE ("'bodyValues':{'t':{'value':'','isEncodingProblem':true}},'textBody':[{'partId':'t'}]"), REFUSED ("bodyValues") },
  { CREATE ("'bodyValues':{'t':{'value':'','isTruncated':true}},'textBody':[{'partId':'t'}]"), REFUSED ("bodyValues") },
  { CREATE ("'bodyValues':{'t':{'value':'','isEncodingProblem':false,'isTruncated':false}},'textBody':[{'partId':'t'}]"), MADE },
  /* Beyond them. */
  { CREATE ("'attachments':[{'blobId':'nothing'},{'blobId':'rnothing'}]"), "['Email/set',{'notCreated':{'k':{'type':'blobNotFound','notFound':['nothing','rnothing']}}},'0']" },
  { CREATE ("'id':'x'"), REFUSED ("id") },
  { CREATE ("'blobId':'x'"), REFUSED ("blobId") },
  { CREATE ("'threadId':'x'"), REFUSED ("threadId") },
  { CREATE ("'size':1"), REFUSED ("size") },
  { CREATE ("'preview':'x'"), REFUSED ("preview") },
  { CREATE ("'colour':'x'"), REFUSED ("colour") },
  { CREATE ("'subject':5"), REFUSED ("subject") },
  { CREATE ("'from':{'email':'a@b'}"), REFUSED ("from") },
  { CREATE ("'from':[{'name':'x'}]"), REFUSED ("from") },
  { CREATE ("'from':[{'email':'a@b>, <c@d'}]"), REFUSED ("from") },
  { CREATE ("'sentAt':'today'"), REFUSED ("sentAt") },
  { CREATE ("'messageId':['a b']"), REFUSED ("messageId") },
  { CREATE ("'header:X-A':' a\\nBcc: x@example.com'"), REFUSED ("header:X-A") },
  { CREATE ("'receivedAt':'yesterday'"), REFUSED ("receivedAt") },
  { CREATE ("'keywords':{'a b':true}"), REFUSED ("keywords") },
  { CREATE ("'keywords':{'a':false}"), REFUSED ("keywords") },
  { CREATE ("'bodyStructure':{'type':'multipart/mixed','subParts':[]}"), REFUSED ("bodyStructure") },
  { CREATE ("'bodyStructure':{'type':'multipart/mixed'}"), REFUSED ("bodyStructure") },
  { CREATE ("'bodyStructure':{'type':'text/plain','subParts':[]}"), REFUSED ("bodyStructure") },
  { CREATE ("'bodyStructure':{'type':'no type','partId':'t'},'bodyValues':{'t':{'value':''}}"), REFUSED ("bodyStructure") },
  { CREATE ("'bodyStructure':{'type':'text/plain','partId':'t','colour':'x'},'bodyValues':{'t':{'value':''}}"), REFUSED ("bodyStructure") },
  { SET ("'create':{'k':{'subject':'x'}}"), REFUSED ("mailboxIds") },
  { SET ("'create':{'k':{'mailboxIds':{},'subject':'x'}}"), REFUSED ("mailboxIds") },
  { SET ("'create':{'k':{'mailboxIds':{'nothing':true},'subject':'x'}}"), REFUSED ("mailboxIds") },
  { SET ("'create':{'k':[]}"), "['Email/set',{'notCreated':{'k':{'type':'invalidProperties'}}},'0']" },
};

static void
test_constraints (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();

  jmap_site_run (site, constraint_steps, 27);
  g_hash_table_remove (site->names, "m");
  jmap_site_run (site, constraint_steps + 27, G_N_ELEMENTS (constraint_steps) - 27);
}

#define GET(properties) ",['Email/get',{'accountId':'%a%','ids':['#k']," properties "},'1']"
#define GOT(properties) ",['Email/get',{'list':[" properties "]},'1']"
#define MADE_ANY "['Email/set',{'created':{'k':{'id':'*'}},'notCreated':null},'0']"

static const JmapStep create_steps[] = {
  /* A draft as a webmail makes one. */
  { CREATE ("'keywords':{'$draft':true,'$Seen':true},'from':[{'name':'Alice','email':'alice@home.example'}],'to':[{'name':'Zo\303\251, the cook','email':'zoe@b.example'}],'bcc':[{'email':'secret@b.example'}],'subject':'Caf\303\251 \360\237\230\200'," TEXT)
        GET ("'properties':['keywords','mailboxIds','from','to','bcc','cc','subject','messageId','sentAt','textBody','htmlBody','bodyValues','attachments','header:MIME-Version:asText'],'bodyProperties':['partId','type','charset'],'fetchTextBodyValues':true"),
    MADE_ANY GOT ("{'keywords':{'$draft':true,'$seen':true},'mailboxIds':{'%drafts%':true},'from':[{'name':'Alice','email':'alice@home.example'}],'to':[{'name':'Zo\303\251, the cook','email':'zoe@b.example'}],"
                  "'bcc':[{'name':null,'email':'secret@b.example'}],'cc':null,'subject':'Caf\303\251 \360\237\230\200','messageId':['*'],'sentAt':'*','textBody':[{'partId':'1','type':'text/plain','charset':'utf-8'}],'attachments':[],"
                  "'bodyValues':{'1':{'value':'Hello','isEncodingProblem':false}},'header:MIME-Version:asText':'1.0'}") },
  /* Text, HTML, a picture inside, and a file. */
  { CREATE ("'subject':'All','bodyValues':{'t':{'value':'Hello'},'h':{'value':'<img src=cid:pic>'}},'textBody':[{'partId':'t'}],'htmlBody':[{'partId':'h'}],"
            "'attachments':[{'blobId':'%blob%','type':'image/png','cid':'pic','disposition':'inline','name':'p.png'},{'blobId':'%blob%','type':'application/pdf','name':'Caf\303\251 \\u0022noir\\u0022.pdf'}]")
        GET ("'properties':['bodyStructure','hasAttachment'],'bodyProperties':['type','name','disposition','cid','size']"),
    "['Email/set',{'created':{'k':{'id':'*','attachments':[{'blobId':'*','type':'image/png'},{'blobId':'*','type':'application/pdf'}]}}},'0']" GOT ("{'hasAttachment':true,'bodyStructure':{'type':'multipart/mixed','subParts':[{'type':'multipart/alternative','subParts':[{'type':'text/plain'},"
                                                                                                                                                    "{'type':'multipart/related','subParts':[{'type':'text/html'},{'type':'image/png','cid':'pic','disposition':'inline','name':'p.png','size':11}]}]},"
                                                                                                                                                    "{'type':'application/pdf','disposition':'attachment','name':'Caf\303\251 \\u0022noir\\u0022.pdf','cid':null,'size':11}]}}") },
  { CREATE ("'bodyValues':{'h':{'value':'<b>x</b>'}},'htmlBody':[{'partId':'h'}]") GET ("'properties':['bodyStructure'],'bodyProperties':['type']"),
    MADE_ANY GOT ("{'bodyStructure':{'type':'text/html'}}") },
  { CREATE ("'subject':'Empty'") GET ("'properties':['bodyStructure','bodyValues'],'bodyProperties':['type'],'fetchTextBodyValues':true"),
    MADE_ANY GOT ("{'bodyStructure':{'type':'text/plain'},'bodyValues':{'1':{'value':''}}}") },
  /* Fields in all forms. */
  { CREATE ("'header:X-Text:asText':'\303\251t\303\251','header:X-Raw':' as it is','header:X-Many:asText:all':['a','b'],'header:List-Post:asURLs':['mailto:x@b.example'],'header:X-D:asDate':'2014-10-30T14:12:00+08:00',"
            "'header:X-G:asGroupedAddresses':[{'name':'G','addresses':[{'name':'A','email':'a@b.example'}]},{'name':null,'addresses':[{'email':'c@b.example'}]}],'inReplyTo':['a@b'],'references':['c@d','a@b'],'messageId':['m@b'],"
            "'sentAt':'2014-10-30T14:12:00+08:00','replyTo':[{'email':'r@b.example'}],'sender':[{'email':'s@b.example'}],'cc':[],'header:X-Null':null")
        GET ("'properties':['header:X-Text:asText','header:X-Raw','header:X-Many:asText:all','header:List-Post:asURLs','header:X-D:asDate','header:X-G:asGroupedAddresses','inReplyTo','references','messageId','sentAt','replyTo','sender','header:Cc','header:X-Null']"),
    MADE_ANY GOT ("{'header:X-Text:asText':'\303\251t\303\251','header:X-Raw':' as it is','header:X-Many:asText:all':['a','b'],'header:List-Post:asURLs':['mailto:x@b.example'],'header:X-D:asDate':'2014-10-30T14:12:00+08:00',"
                  "'header:X-G:asGroupedAddresses':[{'name':'G','addresses':[{'name':'A','email':'a@b.example'}]},{'name':null,'addresses':[{'name':null,'email':'c@b.example'}]}],'inReplyTo':['a@b'],'references':['c@d','a@b'],'messageId':['m@b'],"
                  "'sentAt':'2014-10-30T14:12:00+08:00','replyTo':[{'name':null,'email':'r@b.example'}],'sender':[{'name':null,'email':'s@b.example'}],'header:Cc':null,'header:X-Null':null}") },
  /* A structure of the client's own. */
  { CREATE ("'subject':'S','bodyValues':{'a':{'value':'A\\r\\nB'},'b':{'value':'<i>\303\251</i>'}},'bodyStructure':{'type':'multipart/related','header:X-Root:asText':'r','subParts':[{'type':'text/html','partId':'b','language':['en','fr'],'location':'http://b.example/'},{'type':'text/plain','partId':'a','header:X-Part':' p','disposition':'attachment','name':'a.txt'}]}")
        GET ("'properties':['subject','bodyStructure','bodyValues','header:X-Root:asText'],'bodyProperties':['type','language','location','name','header:X-Part'],'fetchAllBodyValues':true"),
    MADE_ANY GOT ("{'subject':'S','header:X-Root:asText':'r','bodyStructure':{'type':'multipart/related','subParts':[{'type':'text/html','language':['en','fr'],'location':'http://b.example/','header:X-Part':null},{'type':'text/plain','name':'a.txt','header:X-Part':' p'}]},"
                  "'bodyValues':{'1':{'value':'<i>\303\251</i>'},'2':{'value':'A\\nB'}}}") },
  /* Text in a blob keeps its characters. */
  { CREATE ("'attachments':[{'blobId':'%text%','type':'text/plain'},{'blobId':'%text%','type':'text/plain','charset':'iso-8859-1'},{'blobId':'%blob%','type':'text/plain'}]")
        GET ("'properties':['attachments'],'bodyProperties':['charset','size']"),
    MADE_ANY GOT ("{'attachments':[{'charset':'utf-8','size':12},{'charset':'iso-8859-1','size':12},{'charset':'us-ascii','size':11}]}") },
  /* A message inside is never encoded. */
  { CREATE ("'attachments':[{'blobId':'r%one%','type':'message/rfc822'}]") GET ("'properties':['attachments'],'bodyProperties':['type','header:Content-Transfer-Encoding']"),
    MADE_ANY GOT ("{'attachments':[{'type':'message/rfc822','header:Content-Transfer-Encoding':null}]}") },
  { CREATE ("'receivedAt':'2014-10-30T06:12:00Z','subject':'x'") GET ("'properties':['receivedAt']"), MADE_ANY GOT ("{'receivedAt':'2014-10-30T06:12:00Z'}") },
  /* In two mailboxes at once, and gone again, by its creation id. */
  { SET ("'create':{'k':{'mailboxIds':{'%drafts%':true,'%archive%':true},'subject':'x'}}") GET ("'properties':['mailboxIds']"), MADE_ANY GOT ("{'mailboxIds':{'%drafts%':true,'%archive%':true}}") },
  { SET ("'create':{'k':{'mailboxIds':{'%drafts%':true},'subject':'x'}},'destroy':['#k']"), "['Email/set',{'created':{'k':'*'},'destroyed':['*']},'0']" },
  { SET ("'create':{'k':{'mailboxIds':{'%drafts%':true},'subject':'x'}},'update':{'#k':{'keywords/x':true}}") GET ("'properties':['keywords']"),
    "['Email/set',{'created':{'k':'*'},'updated':'*','notUpdated':null},'0']" GOT ("{'keywords':{'x':true}}") },
  /* A blob outlives the email that it was in, within the request. */
  { SET ("'destroy':['%one%']") "," CREATE ("'attachments':[{'blobId':'p%one%_1','type':'text/plain'}]"), "['Email/set',{'destroyed':['%one%']},'0']," MADE_ANY },
};

static char *
upload (JmapSite *site, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailUpload) transfer = intimail_account_begin_upload (jmap_site_get_account (site), 1000, &error);
  char *id;

  g_assert_no_error (error);
  intimail_upload_write (transfer, bytes, &error);
  g_assert_no_error (error);
  id = intimail_upload_finish (transfer, &error);
  g_assert_no_error (error);

  return id;
}

static void
test_create (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();
  g_autofree char *blob = upload (site, "hello world");
  g_autofree char *text = upload (site, "caf\303\251 noir\r\n");

  jmap_site_set_name (site, "blob", blob);
  jmap_site_set_name (site, "text", text);
  jmap_site_deliver (site, "inbox", "one", NULL, "Subject: one\n\nx");
  jmap_site_run (site, create_steps, G_N_ELEMENTS (create_steps));
}

#define IMPORT(properties) "['Email/import',{'accountId':'%a%','emails':{'k':" properties "}},'0']"
#define NOT_IMPORTED(property) "['Email/import',{'accountId':'%a%','created':null,'notCreated':{'k':{'type':'invalidProperties','properties':['" property "']}}},'0']"

static const JmapStep import_steps[] = {
  { IMPORT ("{'blobId':'%mail%','mailboxIds':{'%inbox%':true},'keywords':{'$Seen':true}}") GET ("'properties':['subject','keywords','mailboxIds','receivedAt','size']"),
    "['Email/import',{'accountId':'%a%','oldState':'*','newState':'*','created':{'k':{'id':'*','blobId':'*','threadId':'*','size':117}},'notCreated':null},'0']" GOT ("{'subject':'Old','keywords':{'$seen':true},'mailboxIds':{'%inbox%':true},'receivedAt':'2019-01-02T03:04:05Z','size':117}") },
  { IMPORT ("{'blobId':'%mail%','mailboxIds':{'%inbox%':true,'%archive%':true},'receivedAt':'2014-10-30T06:12:00Z'}") GET ("'properties':['receivedAt','mailboxIds']"),
    "['Email/import',{'created':{'k':'*'}},'0']" GOT ("{'receivedAt':'2014-10-30T06:12:00Z','mailboxIds':{'%inbox%':true,'%archive%':true}}") },
  { IMPORT ("{'blobId':'nothing','mailboxIds':{'%inbox%':true}}"), NOT_IMPORTED ("blobId") },
  { IMPORT ("{'mailboxIds':{'%inbox%':true}}"), NOT_IMPORTED ("blobId") },
  { IMPORT ("{'blobId':'%mail%','mailboxIds':{'nothing':true}}"), NOT_IMPORTED ("mailboxIds") },
  { IMPORT ("{'blobId':'%mail%','mailboxIds':{}}"), NOT_IMPORTED ("mailboxIds") },
  { IMPORT ("{'blobId':'%mail%'}"), NOT_IMPORTED ("mailboxIds") },
  { IMPORT ("{'blobId':'%mail%','mailboxIds':{'%inbox%':true},'keywords':{'a b':true}}"), NOT_IMPORTED ("keywords") },
  { IMPORT ("{'blobId':'%mail%','mailboxIds':{'%inbox%':true},'receivedAt':'today'}"), NOT_IMPORTED ("receivedAt") },
  { IMPORT ("{'blobId':'%mail%','mailboxIds':{'%inbox%':true},'subject':'x'}"), NOT_IMPORTED ("subject") },
  { IMPORT ("{'blobId':'%noise%','mailboxIds':{'%inbox%':true}}"), "['Email/import',{'created':null,'notCreated':{'k':{'type':'invalidEmail'}}},'0']" },
  { "['Email/import',{'accountId':'%a%'},'0']", "['error',{'type':'invalidArguments'},'0']" },
  { "['Email/import',{'accountId':'%a%','emails':{},'ifInState':'x'},'0']", "['error',{'type':'stateMismatch'},'0']" },
  { "['Email/import',{'accountId':'%a%','emails':{}},'0']", "['Email/import',{'created':null,'notCreated':null},'0']" },
  { "['Email/copy',{'accountId':'%a%','fromAccountId':'%a%','create':{}},'0']", "['error',{'type':'invalidArguments'},'0']" },
  { "['Email/copy',{'accountId':'%a%','fromAccountId':'other','create':{}},'0']", "['error',{'type':'fromAccountNotFound'},'0']" },
};

static void
test_import (void)
{
  static const char mail[] =
      "Received: from a by b; Wed, 2 Jan 2019 03:04:05 +0000\n"
      "Received: x; Tue, 1 Jan 2019 00:00:00 +0000\n"
      "Subject: Old\n\nbody\n";
  g_autoptr (JmapSite) site = jmap_site_new ();
  g_autofree char *blob = upload (site, mail);
  g_autofree char *noise = upload (site, "\n\nnothing like a message");

  g_assert_cmpuint (strlen (mail), ==, 117);
  jmap_site_set_name (site, "mail", blob);
  jmap_site_set_name (site, "noise", noise);
  jmap_site_run (site, import_steps, G_N_ELEMENTS (import_steps));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/jmap-email-set/update", test_update);
  g_test_add_func ("/jmap-email-set/many", test_many);
  g_test_add_func ("/jmap-email-set/constraints", test_constraints);
  g_test_add_func ("/jmap-email-set/create", test_create);
  g_test_add_func ("/jmap-email-set/import", test_import);

  return g_test_run ();
}
