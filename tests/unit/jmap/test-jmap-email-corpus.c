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

/* Answers are checked to be JSON by the site's own helper. */
static void
check_mail (JmapSite *site, const char *path)
{
  g_autoptr (GBytes) message = test_support_read_file (path);
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  if (g_bytes_get_size (message) == 0)
    return;
  g_test_message ("%s", path);
  id = intimail_account_deliver (jmap_site_get_account (site), message, NULL, NULL, 0, NULL, &error);
  g_assert_no_error (error);
  jmap_site_set_name (site, "m", id);
  jmap_site_call (site,
                  "['Email/get',{'accountId':'%a%','ids':['%m%'],'properties':[" ALL_PROPERTIES "],'bodyProperties':[" ALL_BODY_PROPERTIES "],'fetchAllBodyValues':true},'0'],"
                  "['Email/get',{'accountId':'%a%','ids':['%m%'],'properties':['bodyValues'],'fetchAllBodyValues':true,'maxBodyValueBytes':33},'1']",
                  "['Email/get',{'list':[{'id':'%m%'}],'notFound':[]},'0'],['Email/get',{'list':[{'id':'%m%'}]},'1']");
}

static guint
check_folder (JmapSite *site, const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  guint n_mails = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        {
          n_mails += check_folder (site, child);
        }
      else
        {
          check_mail (site, child);
          n_mails++;
        }
    }

  return n_mails;
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
  g_assert_cmpuint (check_folder (site, path), >, 200);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/jmap-email/corpus", test_corpus);

  return g_test_run ();
}
