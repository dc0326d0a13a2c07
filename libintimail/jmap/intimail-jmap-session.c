/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "jmap/intimail-jmap-session-private.h"

#include <intimail/intimail-person.h>
#include <intimail/intimail-site.h>

#include "base/intimail-secret-private.h"
#include "json/intimail-json-private.h"
#include "jmap/intimail-jmap-submission-private.h"

#define CORE "urn:ietf:params:jmap:core"
#define MAIL "urn:ietf:params:jmap:mail"
#define SUBMISSION "urn:ietf:params:jmap:submission"
#define QUOTA "urn:ietf:params:jmap:quota"
#define VACATION "urn:ietf:params:jmap:vacationresponse"

/* RFC 8620 section 2 suggests no less. */
#define MIN_SIZE_UPLOAD G_GINT64_CONSTANT (50000000)
#define MAX_CONCURRENT_UPLOAD 4
/* RFC 8620 section 1.3. */
#define MAX_SAFE_INTEGER G_GINT64_CONSTANT (9007199254740991)
#define MAX_CONCURRENT_REQUESTS 8

static JsonObject *
make_core (IntimailSite *site)
{
  JsonObject *core = json_object_new ();
  JsonArray *collations = json_array_new ();
  IntimailBigFileStore *big_files = intimail_site_get_big_files (site);
  guint64 big_size = big_files != NULL ? intimail_big_file_store_get_max_size (big_files) : 0;
  gint64 max_size = (gint64) MIN (MAX (intimail_site_get_max_message_size (site), big_size), (guint64) MAX_SAFE_INTEGER);

  json_array_add_string_element (collations, "i;unicode-casemap");

  json_object_set_int_member (core, "maxSizeUpload", MAX (max_size, MIN_SIZE_UPLOAD));
  json_object_set_int_member (core, "maxConcurrentUpload", MAX_CONCURRENT_UPLOAD);
  json_object_set_int_member (core, "maxSizeRequest", INTIMAIL_JMAP_MAX_SIZE_REQUEST);
  json_object_set_int_member (core, "maxConcurrentRequests", MAX_CONCURRENT_REQUESTS);
  json_object_set_int_member (core, "maxCallsInRequest", INTIMAIL_JMAP_MAX_CALLS_IN_REQUEST);
  json_object_set_int_member (core, "maxObjectsInGet", INTIMAIL_JMAP_MAX_OBJECTS_IN_GET);
  json_object_set_int_member (core, "maxObjectsInSet", INTIMAIL_JMAP_MAX_OBJECTS_IN_SET);
  json_object_set_array_member (core, "collationAlgorithms", collations);

  return core;
}

static JsonObject *
make_mail (IntimailSite *site)
{
  static const char *const sort_options[] = {
    "receivedAt", "sentAt", "size", "from", "to", "cc", "subject", "hasKeyword",
    "allInThreadHaveKeyword", "someInThreadHaveKeyword"
  };
  JsonObject *mail = json_object_new ();
  JsonArray *options = json_array_new ();
  gint64 max_size = (gint64) MIN (intimail_site_get_max_message_size (site), (guint64) G_MAXINT32);

  for (gsize i = 0; i < G_N_ELEMENTS (sort_options); i++)
    json_array_add_string_element (options, sort_options[i]);

  json_object_set_null_member (mail, "maxMailboxesPerEmail");
  json_object_set_int_member (mail, "maxMailboxDepth", INTIMAIL_JMAP_MAX_MAILBOX_DEPTH);
  json_object_set_int_member (mail, "maxSizeMailboxName", INTIMAIL_JMAP_MAX_SIZE_MAILBOX_NAME);
  /* In base64 with its line ends, four bytes carry somewhat under three. */
  json_object_set_int_member (mail, "maxSizeAttachmentsPerEmail", max_size / 100 * 72);
  json_object_set_array_member (mail, "emailQuerySortOptions", options);
  json_object_set_boolean_member (mail, "mayCreateTopLevelMailbox", TRUE);

  return mail;
}

static JsonObject *
make_submission (void)
{
  JsonObject *submission = json_object_new ();
  JsonObject *extensions = json_object_new ();
  JsonArray *hold = json_array_new ();
  g_autofree char *seconds = g_strdup_printf ("%d", INTIMAIL_JMAP_MAX_DELAYED_SEND);

  /* RFC 4865 has the last date there is beside the seconds: that changes all the time. */
  json_array_add_string_element (hold, seconds);
  json_object_set_array_member (extensions, "FUTURERELEASE", hold);
  json_object_set_int_member (submission, "maxDelayedSend", INTIMAIL_JMAP_MAX_DELAYED_SEND);
  json_object_set_object_member (submission, "submissionExtensions", extensions);

  return submission;
}

/* What a page has to know before it offers a link in the place of an attachment. */
static JsonObject *
make_big_files (IntimailSite *site)
{
  JsonObject *big_files = json_object_new ();
  guint64 max_size = intimail_big_file_store_get_max_size (intimail_site_get_big_files (site));

  json_object_set_int_member (big_files, "maxSize", (gint64) MIN (max_size, (guint64) MAX_SAFE_INTEGER));
  json_object_set_int_member (big_files, "over", (gint64) MIN (intimail_site_get_big_over (site), (guint64) MAX_SAFE_INTEGER));
  json_object_set_int_member (big_files, "days", intimail_site_get_big_days (site));

  return big_files;
}

static JsonObject *
make_account (IntimailSite *site, IntimailPerson *person)
{
  JsonObject *account = json_object_new ();
  JsonObject *capabilities = json_object_new ();

  json_object_set_object_member (capabilities, CORE, json_object_new ());
  json_object_set_object_member (capabilities, MAIL, make_mail (site));
  json_object_set_object_member (capabilities, SUBMISSION, make_submission ());
  json_object_set_object_member (capabilities, QUOTA, json_object_new ());
  json_object_set_object_member (capabilities, VACATION, json_object_new ());
  json_object_set_object_member (capabilities, INTIMAIL_JMAP_INVITATIONS, json_object_new ());
  if (intimail_site_get_big_files (site) != NULL)
    json_object_set_object_member (capabilities, INTIMAIL_JMAP_BIG_FILES, make_big_files (site));

  json_object_set_string_member (account, "name", intimail_person_get_mail (person));
  json_object_set_boolean_member (account, "isPersonal", TRUE);
  json_object_set_boolean_member (account, "isReadOnly", FALSE);
  json_object_set_object_member (account, "accountCapabilities", capabilities);

  return account;
}

/* All that does not depend on the address. */
static JsonObject *
make_session (IntimailSite *site, IntimailPerson *person, const char *account_id)
{
  JsonObject *session = json_object_new ();
  JsonObject *capabilities = json_object_new ();
  JsonObject *accounts = json_object_new ();
  JsonObject *primary = json_object_new ();

  json_object_set_object_member (capabilities, CORE, make_core (site));
  json_object_set_object_member (capabilities, MAIL, json_object_new ());
  json_object_set_object_member (capabilities, SUBMISSION, json_object_new ());
  json_object_set_object_member (capabilities, QUOTA, json_object_new ());
  json_object_set_object_member (capabilities, VACATION, json_object_new ());
  json_object_set_object_member (capabilities, INTIMAIL_JMAP_INVITATIONS, json_object_new ());
  if (intimail_site_get_big_files (site) != NULL)
    {
      json_object_set_object_member (capabilities, INTIMAIL_JMAP_BIG_FILES, json_object_new ());
      json_object_set_string_member (primary, INTIMAIL_JMAP_BIG_FILES, account_id);
    }

  json_object_set_object_member (accounts, account_id, make_account (site, person));

  json_object_set_string_member (primary, MAIL, account_id);
  json_object_set_string_member (primary, SUBMISSION, account_id);
  json_object_set_string_member (primary, QUOTA, account_id);
  json_object_set_string_member (primary, VACATION, account_id);
  json_object_set_string_member (primary, INTIMAIL_JMAP_INVITATIONS, account_id);

  json_object_set_object_member (session, "capabilities", capabilities);
  json_object_set_object_member (session, "accounts", accounts);
  json_object_set_object_member (session, "primaryAccounts", primary);
  json_object_set_string_member (session, "username", intimail_person_get_mail (person));

  return session;
}

static void
add_url (JsonObject *session, const char *name, const char *url, const char *rest)
{
  g_autofree char *absolute = g_strconcat (url, rest, NULL);

  json_object_set_string_member (session, name, absolute);
}

JsonNode *
intimail_jmap_session_new (IntimailSite *site,
                           IntimailPerson *person,
                           const char *account_id,
                           const char *url)
{
  JsonNode *root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *session = make_session (site, person, account_id);
  g_autofree char *state = intimail_jmap_session_get_state (site, person, account_id);

  add_url (session, "apiUrl", url, "/jmap/api");
  add_url (session, "downloadUrl", url, "/jmap/download/{accountId}/{blobId}/{name}?type={type}");
  add_url (session, "uploadUrl", url, "/jmap/upload/{accountId}/");
  add_url (session, "intimail:attachmentsUrl", url, "/jmap/attachments/{accountId}/{emailId}/{name}");
  add_url (session, "eventSourceUrl", url, "/jmap/events?types={types}&closeafter={closeafter}&ping={ping}");
  json_object_set_string_member (session, "state", state);
  json_node_take_object (root, session);

  return root;
}

char *
intimail_jmap_session_get_state (IntimailSite *site, IntimailPerson *person, const char *account_id)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (GBytes) text = NULL;
  gconstpointer data;
  gsize length;

  json_node_take_object (root, make_session (site, person, account_id));
  text = intimail_json_write (root);
  data = g_bytes_get_data (text, &length);

  return intimail_hash_id ("s", data, length);
}
