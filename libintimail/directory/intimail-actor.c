/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "directory/intimail-actor-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

#include "directory/intimail-group-private.h"
#include "directory/intimail-person-private.h"
#include "directory/intimail-temporary-alias-private.h"

struct _IntimailActor
{
  IntimailDirectory *directory;
  IntimailPerson *person;
  const char *uid; /* of the person */
  gboolean is_site_admin;
  GStrv domains; /* A-labels in lower case */
};

/* What may be changed about a person, as bits. */
enum
{
  NAME = 1 << 0,
  TEMPORARY_ALIASES = 1 << 1,
  ADDRESSES = 1 << 2, /* main address and aliases */
  QUOTA = 1 << 3,
  LIFE = 1 << 4, /* status, expiry, removal */
  SITE = 1 << 5, /* where the mail is, and what is administrated */
};

/* Addresses that the world takes for a site's own word (RFC 2142; the last ones get
 * certificates from authorities): nobody gives them to themselves. */
static const char *const role_names[] = {
  "abuse", "admin", "administrator", "billing", "contact", "ftp", "hostmaster", "info", "mailer-daemon", "marketing",
  "news", "noc", "noreply", "no-reply", "postmaster", "root", "sales", "security", "ssladmin", "ssladministrator",
  "sslwebmaster", "support", "sysadmin", "usenet", "uucp", "webmaster", "www", "is", "it", "mis", NULL
};

static char *
make_domain (const char *address)
{
  g_autofree char *key = intimail_person_make_alias_key (address);
  const char *at = key != NULL ? strrchr (key, '@') : NULL;

  return at != NULL ? g_strdup (at + 1) : NULL;
}

static GStrv
make_domains (IntimailPerson *person)
{
  const char *const *domains = intimail_person_get_admin_domains (person);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (gsize i = 0; domains[i] != NULL; i++)
    {
      g_autofree char *address = g_strconcat ("@", domains[i], NULL);
      g_autofree char *domain = make_domain (address);

      if (domain != NULL)
        g_strv_builder_add (builder, domain);
    }

  return g_strv_builder_end (builder);
}

static gboolean
has_domain_of (const char *const *domains, const char *address)
{
  g_autofree char *domain = make_domain (address);

  return domain != NULL && g_strv_contains (domains, domain);
}

G_GNUC_PRINTF (3, 4)
static gboolean
refuse (IntimailActor *self, GError **error, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED, "not permitted: \"%s\" may not %s", self->uid, what);

  return FALSE;
}

IntimailActor *
intimail_actor_load (IntimailDirectory *directory, const char *uid, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (IntimailPerson) person = intimail_directory_lookup_person (directory, uid, cancellable, &local_error);
  gboolean is_site_admin;
  IntimailActor *self;

  if (person == NULL && !g_error_matches (local_error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (person == NULL || !intimail_person_is_active (person))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED,
                   "not permitted: \"%s\" may not sign in any more", uid);
      return NULL;
    }
  g_clear_error (&local_error);
  is_site_admin = intimail_directory_is_admin (directory, uid, cancellable, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  self = g_new0 (IntimailActor, 1);
  self->directory = g_object_ref (directory);
  self->domains = make_domains (person);
  self->uid = intimail_person_get_uid (person);
  self->person = g_steal_pointer (&person);
  self->is_site_admin = is_site_admin;

  return self;
}

void
intimail_actor_free (IntimailActor *self)
{
  g_object_unref (self->directory);
  g_object_unref (self->person);
  g_strfreev (self->domains);
  g_free (self);
}

gboolean
intimail_actor_is_site_admin (IntimailActor *self)
{
  return self->is_site_admin;
}

static gboolean
owns_domain_of (IntimailActor *self, const char *address)
{
  return has_domain_of ((const char *const *) self->domains, address);
}

static gboolean
is_self (IntimailActor *self, const char *uid)
{
  return g_str_equal (self->uid, uid);
}

gboolean
intimail_actor_sees_all_of (IntimailActor *self, IntimailPerson *person)
{
  return self->is_site_admin || is_self (self, intimail_person_get_uid (person)) ||
         owns_domain_of (self, intimail_person_get_mail (person));
}

/* The group of the site's administrators is nobody else's, whatever address it has. */
static gboolean
administrates_group (IntimailActor *self, IntimailGroup *group)
{
  return self->is_site_admin || (!g_str_equal (intimail_group_get_name (group), INTIMAIL_GROUP_ADMINS) &&
                                 owns_domain_of (self, intimail_group_get_mail (group)));
}

gboolean
intimail_actor_sees_group (IntimailActor *self, IntimailGroup *group)
{
  return administrates_group (self, group) || intimail_group_is_shown_to (group, self->uid);
}

gboolean
intimail_actor_check_site (IntimailActor *self, const char *what, GError **error)
{
  return self->is_site_admin || refuse (self, error, "%s: that is for administrators of the site", what);
}

/* Somebody of the actor's domains who is not above the actor: with more to administrate.
 * FALSE with an error when it cannot be known. */
static gboolean
is_below (IntimailActor *self, IntimailPerson *person, gboolean *is_below, GCancellable *cancellable, GError **error)
{
  g_auto (GStrv) domains = make_domains (person);
  g_autoptr (GError) local_error = NULL;

  *is_below = owns_domain_of (self, intimail_person_get_mail (person));
  for (gsize i = 0; domains[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *) self->domains, domains[i]))
      *is_below = FALSE;
  if (*is_below && intimail_directory_is_admin (self->directory, intimail_person_get_uid (person), cancellable, &local_error))
    *is_below = FALSE;
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

/* Addresses of @list that are not in @other: of the actor's domains? */
static gboolean
check_list (IntimailActor *self, const char *const *list, const char *const *other, GError **error)
{
  for (gsize i = 0; list[i] != NULL; i++)
    if ((other == NULL || !g_strv_contains (other, list[i])) && !owns_domain_of (self, list[i]))
      return refuse (self, error, "give or take the address \"%s\": it is in a domain of somebody else", list[i]);

  return TRUE;
}

static const char **
list_temporary (GPtrArray *aliases)
{
  const char **list = g_new0 (const char *, aliases->len + 1);

  for (guint i = 0; i < aliases->len; i++)
    list[i] = intimail_temporary_alias_get_address (aliases->pdata[i]);

  return list;
}

static gboolean
check_addresses_of (IntimailActor *self, IntimailPerson *from, IntimailPerson *to, GError **error)
{
  const char *const *old = from != NULL ? intimail_person_get_aliases (from) : NULL;
  g_autoptr (GPtrArray) old_ending = from != NULL ? intimail_person_get_temporary_aliases (from) : g_ptr_array_new ();
  g_autoptr (GPtrArray) ending = intimail_person_get_temporary_aliases (to);
  g_autofree const char **old_list = list_temporary (old_ending);
  g_autofree const char **list = list_temporary (ending);
  const char *const main_address[] = { intimail_person_get_mail (to), NULL };

  return check_list (self, main_address, NULL, error) &&
         check_list (self, intimail_person_get_aliases (to), old, error) &&
         (old == NULL || check_list (self, old, intimail_person_get_aliases (to), error)) &&
         check_list (self, list, old_list, error) &&
         check_list (self, old_list, list, error);
}

static gboolean
has_places (IntimailPerson *person)
{
  return *intimail_person_get_maildir (person) != '\0' || *intimail_person_get_mail_host (person) != '\0' ||
         intimail_person_get_admin_domains (person)[0] != NULL;
}

gboolean
intimail_actor_check_add_person (IntimailActor *self, IntimailPerson *person, GError **error)
{
  if (self->is_site_admin)
    return TRUE;
  if (self->domains[0] == NULL)
    return refuse (self, error, "add people: that is for administrators");
  if (has_places (person))
    return intimail_actor_check_site (self, "say where mail is, or who administrates a domain", error);

  return check_addresses_of (self, NULL, person, error);
}

static guint
find_changes (IntimailPerson *a, IntimailPerson *b)
{
  g_autoptr (GPtrArray) ending = intimail_person_get_temporary_aliases (a);
  g_autoptr (GPtrArray) other_ending = intimail_person_get_temporary_aliases (b);
  gboolean same = ending->len == other_ending->len;
  guint changes = 0;

  for (guint i = 0; i < ending->len && same; i++)
    same = intimail_temporary_alias_equal (ending->pdata[i], other_ending->pdata[i]);
  if (!same)
    changes |= TEMPORARY_ALIASES;
  if (!g_str_equal (intimail_person_get_display_name (a), intimail_person_get_display_name (b)))
    changes |= NAME;
  if (!g_str_equal (intimail_person_get_mail (a), intimail_person_get_mail (b)) ||
      !g_strv_equal (intimail_person_get_aliases (a), intimail_person_get_aliases (b)))
    changes |= ADDRESSES;
  if (intimail_person_get_quota_bytes (a) != intimail_person_get_quota_bytes (b) ||
      intimail_person_get_quota_messages (a) != intimail_person_get_quota_messages (b))
    changes |= QUOTA;
  if (intimail_person_get_status (a) != intimail_person_get_status (b) ||
      intimail_person_get_expiry (a) != intimail_person_get_expiry (b) ||
      intimail_person_get_removal (a) != intimail_person_get_removal (b) ||
      intimail_person_get_deletes_mail (a) != intimail_person_get_deletes_mail (b))
    changes |= LIFE;
  if (!g_str_equal (intimail_person_get_maildir (a), intimail_person_get_maildir (b)) ||
      !g_str_equal (intimail_person_get_mail_host (a), intimail_person_get_mail_host (b)) ||
      !g_strv_equal (intimail_person_get_admin_domains (a), intimail_person_get_admin_domains (b)))
    changes |= SITE;

  return changes;
}

static gboolean
is_role_address (const char *key)
{
  g_autofree char *name = g_strndup (key, strcspn (key, "+@"));

  return g_strv_contains (role_names, name);
}

/* A new one is in a domain where the person has an address that lasts. */
static gboolean
check_own_alias (IntimailActor *self, IntimailPerson *current, IntimailTemporaryAlias *alias, GError **error)
{
  const char *address = intimail_temporary_alias_get_address (alias);
  g_autofree char *key = intimail_person_make_address_key (address);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const char *const *aliases = intimail_person_get_aliases (current);
  g_autofree char *domain = make_domain (intimail_person_get_mail (current));
  g_auto (GStrv) domains = NULL;

  /* What is no address is refused later, with words. */
  if (key == NULL || intimail_person_find_temporary_alias (current, key) != NULL)
    return TRUE;
  if (is_role_address (key))
    return refuse (self, error, "take the address \"%s\": administrators give it", address);
  if (domain != NULL)
    g_strv_builder_add (builder, domain);
  for (gsize i = 0; aliases[i] != NULL; i++)
    {
      g_autofree char *other = aliases[i][0] != '@' ? make_domain (aliases[i]) : NULL;

      if (other != NULL)
        g_strv_builder_add (builder, other);
    }
  domains = g_strv_builder_end (builder);

  return has_domain_of ((const char *const *) domains, address) ||
         refuse (self, error, "take the address \"%s\": they have no other in that domain", address);
}

static gboolean
check_own_aliases (IntimailActor *self, IntimailPerson *current, IntimailPerson *wanted, GError **error)
{
  g_autoptr (GPtrArray) aliases = intimail_person_get_temporary_aliases (wanted);

  for (guint i = 0; i < aliases->len; i++)
    if (!check_own_alias (self, current, aliases->pdata[i], error))
      return FALSE;

  return TRUE;
}

gboolean
intimail_actor_check_update_person (IntimailActor *self,
                                    IntimailPerson *current,
                                    IntimailPerson *wanted,
                                    GCancellable *cancellable,
                                    GError **error)
{
  const char *uid = intimail_person_get_uid (current);
  guint changes = find_changes (current, wanted);
  gboolean below;

  /* A slip must not leave a site without anybody who can undo it. */
  if (is_self (self, uid) && (changes & LIFE) != 0 && !intimail_person_is_active (wanted))
    return refuse (self, error, "remove or disable themselves: another administrator does");
  if (self->is_site_admin)
    return TRUE;
  if (is_self (self, uid) && (changes & ~(guint) (NAME | TEMPORARY_ALIASES)) == 0)
    return check_own_aliases (self, current, wanted, error);
  if (!is_below (self, current, &below, cancellable, error))
    return FALSE;
  if (!below)
    return refuse (self, error, is_self (self, uid) ? "change that about themselves: it is for administrators" : "change \"%s\": that is for administrators",
                   uid);
  if ((changes & SITE) != 0)
    return intimail_actor_check_site (self, "say where mail is, or who administrates a domain", error);

  return check_addresses_of (self, current, wanted, error);
}

gboolean
intimail_actor_check_set_password (IntimailActor *self, IntimailPerson *person, GCancellable *cancellable, GError **error)
{
  const char *uid = intimail_person_get_uid (person);
  gboolean below;

  if (self->is_site_admin)
    return TRUE;
  if (!is_below (self, person, &below, cancellable, error))
    return FALSE;

  return below || refuse (self, error, "set the password of \"%s\" without the old one", uid);
}

gboolean
intimail_actor_check_self (IntimailActor *self, const char *uid, GError **error)
{
  return is_self (self, uid) || refuse (self, error, "do that for \"%s\"", uid);
}

gboolean
intimail_actor_check_add_group (IntimailActor *self, IntimailGroup *group, GError **error)
{
  return administrates_group (self, group) ||
         refuse (self, error, "add the group \"%s\": that is for administrators, of the domain of its address at least",
                 intimail_group_get_name (group));
}

static gboolean
is_without (const char *const *before, const char *const *after, const char *uid)
{
  gsize j = 0;

  for (gsize i = 0; before[i] != NULL; i++)
    {
      if (g_str_equal (before[i], uid))
        continue;
      if (after[j] == NULL || !g_str_equal (before[i], after[j]))
        return FALSE;
      j++;
    }

  return after[j] == NULL;
}

/* Everybody may leave, and change nothing else. */
static gboolean
leaves (IntimailActor *self, IntimailGroup *current, IntimailGroup *wanted)
{
  return g_str_equal (intimail_group_get_mail (current), intimail_group_get_mail (wanted)) &&
         g_str_equal (intimail_group_get_description (current), intimail_group_get_description (wanted)) &&
         intimail_group_get_posters (current) == intimail_group_get_posters (wanted) &&
         intimail_group_get_hidden (current) == intimail_group_get_hidden (wanted) &&
         g_strv_equal (intimail_group_get_owners (current), intimail_group_get_owners (wanted)) &&
         g_strv_equal (intimail_group_get_member_addresses (current), intimail_group_get_member_addresses (wanted)) &&
         is_without (intimail_group_get_members (current), intimail_group_get_members (wanted), self->uid);
}

gboolean
intimail_actor_check_update_group (IntimailActor *self, IntimailGroup *current, IntimailGroup *wanted, GError **error)
{
  const char *name = intimail_group_get_name (current);

  if (self->is_site_admin || leaves (self, current, wanted))
    return TRUE;
  if (administrates_group (self, current))
    return administrates_group (self, wanted) ||
           refuse (self, error, "give the group \"%s\" an address in a domain of somebody else", name);
  if (!intimail_group_has_owner (current, self->uid) || g_str_equal (name, INTIMAIL_GROUP_ADMINS))
    return refuse (self, error, "change the group \"%s\": that is for its owners and administrators", name);

  return g_str_equal (intimail_group_get_mail (current), intimail_group_get_mail (wanted)) ||
         refuse (self, error, "change the address of the group \"%s\": that is for administrators", name);
}

gboolean
intimail_actor_check_remove_group (IntimailActor *self, IntimailGroup *group, GError **error)
{
  return administrates_group (self, group) ||
         refuse (self, error, "remove the group \"%s\": that is for administrators", intimail_group_get_name (group));
}
