/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Every public mail, with every property that there is.
 */

#include "jmap-site.h"

#define ALL_PROPERTIES                                                                                                                                   \
  "'id','blobId','threadId','mailboxIds','keywords','size','receivedAt','messageId','inReplyTo','references','sender','from','to','cc','bcc','replyTo'," \
  "'subject','sentAt','hasAttachment','preview','bodyStructure','bodyValues','textBody','htmlBody','attachments','headers','header:Subject:asText',"     \
  "'header:From:asGroupedAddresses','header:Date:asDate:all','header:References:asMessageIds','header:List-Post:asURLs:all','header:Received:all'"
#define ALL_BODY_PROPERTIES "'partId','blobId','size','headers','name','type','charset','disposition','cid','language','location','subParts','header:Content-Type:asText'"

/* A short property is the last field in one form: RFC 8621 section 4.1.3. */
static const struct
{
  const char *property;
  const char *same_as;
} same[] = {
  { "messageId", "header:Message-ID:asMessageIds" },
  { "inReplyTo", "header:In-Reply-To:asMessageIds" },
  { "references", "header:References:asMessageIds" },
  { "sender", "header:Sender:asAddresses" },
  { "from", "header:From:asAddresses" },
  { "to", "header:To:asAddresses" },
  { "cc", "header:Cc:asAddresses" },
  { "bcc", "header:Bcc:asAddresses" },
  { "replyTo", "header:Reply-To:asAddresses" },
  { "subject", "header:Subject:asText" },
  { "sentAt", "header:Date:asDate" },
};

/* The index keeps no difference between no field and an empty one. */
static gboolean
is_nothing (JsonNode *node)
{
  if (JSON_NODE_HOLDS_ARRAY (node))
    return json_array_get_length (json_node_get_array (node)) == 0;

  return JSON_NODE_HOLDS_NULL (node) || g_strcmp0 (json_node_get_string (node), "") == 0;
}

/* Returns how many properties had a value to compare. */
static guint
check_same (JmapSite *site)
{
  g_autoptr (GString) calls = g_string_new ("{'using':['urn:ietf:params:jmap:mail'],'methodCalls':[['Email/get',{'accountId':'%a%','ids':['%m%'],'properties':['id'");
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (JsonNode) root = NULL;
  JsonObject *email;
  JsonArray *response;
  guint n_compared = 0;
  guint status;

  for (gsize i = 0; i < G_N_ELEMENTS (same); i++)
    g_string_append_printf (calls, ",'%s','%s'", same[i].property, same[i].same_as);
  g_string_append (calls, "]},'0']]}");
  answer = jmap_site_send (site, calls->str, &status);
  root = jmap_site_parse (answer);
  response = json_array_get_array_element (json_object_get_array_member (json_node_get_object (root), "methodResponses"), 0);
  email = json_array_get_object_element (json_object_get_array_member (json_array_get_object_element (response, 1), "list"), 0);

  for (gsize i = 0; i < G_N_ELEMENTS (same); i++)
    {
      JsonNode *a = json_object_get_member (email, same[i].property);
      JsonNode *b = json_object_get_member (email, same[i].same_as);
      g_autofree char *x = jmap_test_write (a);
      g_autofree char *y = jmap_test_write (b);

      if (is_nothing (a) && is_nothing (b))
        continue;
      g_assert_cmpstr (x, ==, y);
      n_compared++;
    }

  return n_compared;
}

/* Answers are checked to be JSON by the site's own helper. */
static guint
check_mail (JmapSite *site, const char *path)
{
  g_autoptr (GBytes) message = test_support_read_file (path);
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  if (g_bytes_get_size (message) == 0)
    return 0;
  g_test_message ("%s", path);
  id = intimail_account_deliver (jmap_site_get_account (site), message, NULL, NULL, 0, NULL, &error);
  g_assert_no_error (error);
  jmap_site_set_name (site, "m", id);
  jmap_site_call (site,
                  "['Email/get',{'accountId':'%a%','ids':['%m%'],'properties':[" ALL_PROPERTIES "],'bodyProperties':[" ALL_BODY_PROPERTIES "],'fetchAllBodyValues':true},'0'],"
                  "['Email/get',{'accountId':'%a%','ids':['%m%'],'properties':['bodyValues'],'fetchAllBodyValues':true,'maxBodyValueBytes':33},'1']",
                  "['Email/get',{'list':[{'id':'%m%'}],'notFound':[]},'0'],['Email/get',{'list':[{'id':'%m%'}]},'1']");

  return check_same (site);
}

static guint
check_folder (JmapSite *site, const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  guint n_compared = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        {
          n_compared += check_folder (site, child);
        }
      else
        {
          n_compared += check_mail (site, child);
        }
    }

  return n_compared;
}

static void
test_corpus (void)
{
  const char *corpora = test_support_get_corpora ();
  g_autofree char *path = NULL;
  g_autoptr (JmapSite) site = NULL;

  if (corpora == NULL)
    return;
  path = g_build_filename (corpora, "mime", NULL);
  site = jmap_site_new ();
  intimail_account_set_quota_limits (jmap_site_get_account (site), 0, 0);
  g_assert_cmpuint (check_folder (site, path), >, 1000);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/jmap-email/corpus", test_corpus);

  return g_test_run ();
}
