/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A person of a private site who speaks JMAP: calls go in, and what comes out is
 * compared with a pattern.
 */

#pragma once

#include <intimail/intimail.h>

#include "jmap-test.h"
#include "test-support.h"

typedef struct
{
  char *path;
  IntimailSite *site;
  IntimailPerson *person;
  IntimailJmap *jmap;
  JmapTestNames *names; /* "a" is the account's id, "inbox" and so on the mailboxes' */
} JmapSite;

/* One call of several, or a few: ['Mailbox/get',{'accountId':'%a%'},'0'] */
typedef struct
{
  const char *calls;
  const char *responses;
} JmapStep;

static inline GBytes *
jmap_site_send (JmapSite *self, const char *request, guint *status)
{
  g_autofree char *expanded = jmap_test_expand (request, self->names);
  g_autofree char *json = g_strdelimit (g_steal_pointer (&expanded), "'", '"');
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));
  GBytes *answer = intimail_jmap_handle (self->jmap, bytes, status);

  g_assert_nonnull (answer);
  return answer;
}

static inline JsonNode *
jmap_site_parse (GBytes *answer)
{
  /* An answer may be more than a request may be. */
  const IntimailJsonLimits limits = { .max_size = G_MAXSIZE, .max_depth = 512, .max_values = G_MAXUINT };
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *data = g_bytes_get_data (answer, &length);
  JsonNode *root = intimail_json_parse (data, length, &limits, &error);

  g_assert_no_error (error);
  return root;
}

static inline void
jmap_site_call (JmapSite *self, const char *calls, const char *responses)
{
  g_autofree char *request = g_strdup_printf ("{'using':['urn:ietf:params:jmap:core','urn:ietf:params:jmap:mail',"
                                              "'urn:ietf:params:jmap:submission','urn:ietf:params:jmap:quota','urn:intimail:params:jmap:bigfiles','urn:intimail:params:jmap:invitations','urn:ietf:params:jmap:vacationresponse'],"
                                              "'methodCalls':[%s]}",
                                              calls);
  g_autofree char *pattern = g_strdup_printf ("[%s]", responses);
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (JsonNode) root = NULL;
  guint status;

  g_test_message ("%s", calls);
  answer = jmap_site_send (self, request, &status);
  g_assert_cmpuint (status, ==, 200);
  root = jmap_site_parse (answer);
  jmap_test_assert_matches (pattern, json_object_get_member (json_node_get_object (root), "methodResponses"), self->names);
}

static inline void
jmap_site_run (JmapSite *self, const JmapStep *steps, gsize n_steps)
{
  for (gsize i = 0; i < n_steps; i++)
    jmap_site_call (self, steps[i].calls, steps[i].responses);
}

static inline IntimailAccount *
jmap_site_get_account (JmapSite *self)
{
  return intimail_jmap_get_account (self->jmap);
}

/* The name of a value for the patterns that follow. */
static inline void
jmap_site_set_name (JmapSite *self, const char *name, const char *value)
{
  g_hash_table_replace (self->names, g_strdup (name), g_strdup (value));
}

/* Puts a mail into the mailbox that has a name; its id gets the name @name. */
static inline void
jmap_site_deliver (JmapSite *self, const char *mailbox, const char *name, const char *keyword, const char *message)
{
  const char *const keywords[] = { keyword, NULL };
  g_autoptr (GBytes) bytes = g_bytes_new (message, strlen (message));
  g_autoptr (GError) error = NULL;
  g_autofree char *id = intimail_account_deliver (jmap_site_get_account (self), bytes, g_hash_table_lookup (self->names, mailbox), keywords, 0, NULL, &error);

  g_assert_no_error (error);
  jmap_site_set_name (self, name, id);
}

static inline void
jmap_site_add_mailbox_names (JmapSite *self)
{
  static const struct
  {
    const char *name;
    IntimailMailboxRole role;
  } roles[] = {
    { "inbox", INTIMAIL_MAILBOX_ROLE_INBOX },
    { "drafts", INTIMAIL_MAILBOX_ROLE_DRAFTS },
    { "sent", INTIMAIL_MAILBOX_ROLE_SENT },
    { "archive", INTIMAIL_MAILBOX_ROLE_ARCHIVE },
    { "junk", INTIMAIL_MAILBOX_ROLE_JUNK },
    { "trash", INTIMAIL_MAILBOX_ROLE_TRASH },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (roles); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (IntimailMailbox) mailbox = intimail_account_lookup_mailbox_by_role (jmap_site_get_account (self), roles[i].role, &error);

      g_assert_no_error (error);
      jmap_site_set_name (self, roles[i].name, intimail_mailbox_get_id (mailbox));
    }
}

static inline JmapSite *
jmap_site_new (void)
{
  static const char *const aliases[] = { "sales@home.example", NULL };
  JmapSite *self = g_new0 (JmapSite, 1);
  g_autoptr (IntimailPerson) person = intimail_person_new ("alice", "alice@home.example");
  g_autoptr (GError) error = NULL;

  self->path = test_support_make_folder ("jmap");
  self->names = jmap_test_names_new ();
  self->site = intimail_site_create (self->path, "home.example", &error);
  g_assert_no_error (error);
  intimail_person_set_display_name (person, "Alice Liddell");
  intimail_person_set_aliases (person, aliases);
  intimail_person_set_quota_bytes (person, 1000000);
  intimail_directory_add_person (intimail_site_get_directory (self->site), person, NULL, NULL, &error);
  g_assert_no_error (error);
  self->person = intimail_directory_lookup_person (intimail_site_get_directory (self->site), "alice", NULL, &error);
  g_assert_no_error (error);
  self->jmap = intimail_jmap_new (self->site, self->person, &error);
  g_assert_no_error (error);
  jmap_site_set_name (self, "a", intimail_jmap_get_account_id (self->jmap));
  jmap_site_add_mailbox_names (self);

  return self;
}

/* The person signs in again with other addresses. */
static inline void
jmap_site_set_aliases (JmapSite *self, const char *const *aliases)
{
  IntimailDirectory *directory = intimail_site_get_directory (self->site);
  g_autoptr (GError) error = NULL;

  intimail_person_set_aliases (self->person, aliases);
  intimail_directory_update_person (directory, self->person, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&self->person);
  self->person = intimail_directory_lookup_person (directory, "alice", NULL, &error);
  g_assert_no_error (error);
  g_object_unref (self->jmap);
  self->jmap = intimail_jmap_new (self->site, self->person, &error);
  g_assert_no_error (error);
}

static inline void
jmap_site_free (JmapSite *self)
{
  test_support_assert_finalized (self->jmap);
  g_object_unref (self->person);
  test_support_assert_finalized (self->site);
  test_support_remove_folder (self->path);
  g_hash_table_unref (self->names);
  g_free (self->path);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JmapSite, jmap_site_free)
