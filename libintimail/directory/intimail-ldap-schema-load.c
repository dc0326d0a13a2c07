/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Our schema comes into a server's configuration, or what an older one there lacks. A
 * value there begins with its place, "{3}"; ours begins with the OID, and so it is found
 * again.
 */

#include <string.h>

#include <intimail/intimail-error.h>

#include "directory/intimail-ldap-prepare-private.h"

#define SCHEMA_BASE "cn=schema,cn=config"

/* In the order in which they need each other. */
static const char *const kinds[] = { "olcObjectIdentifier", "olcAttributeTypes", "olcObjectClasses" };

/* Behind the place. */
static const char *
skip_place (const char *value)
{
  const char *end = *value == '{' ? strchr (value, '}') : NULL;

  return end != NULL ? end + 1 : value;
}

/* The words of a definition: parentheses and dollars say nothing that they do not. */
static char **
split_words (const char *definition)
{
  g_auto (GStrv) parts = g_strsplit_set (skip_place (definition), " \t\r\n()$", -1);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (gsize i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      g_strv_builder_add (words, parts[i]);

  return g_strv_builder_end (words);
}

static gboolean
is_subset (char **words, char **others)
{
  for (gsize i = 0; words[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *) others, words[i]))
      return FALSE;

  return TRUE;
}

/* The name behind NAME, without its quotes; an identifier's own. */
static char *
name_definition (char **words)
{
  for (gsize i = 0; words[i] != NULL && words[i + 1] != NULL; i++)
    if (g_str_equal (words[i], "NAME"))
      return g_strndup (words[i + 1] + 1, strlen (words[i + 1]) - 2);

  return g_strdup (words[0] != NULL ? words[0] : "");
}

/* The value of the server with the same OID, or NULL. */
static const char *
find_same (const char **there, char **words)
{
  for (gsize i = 0; there[i] != NULL; i++)
    {
      g_auto (GStrv) others = split_words (there[i]);

      if (words[0] != NULL && g_strcmp0 (others[0], words[0]) == 0)
        return there[i];
    }

  return NULL;
}

typedef struct
{
  GStrvBuilder *removed;
  GStrvBuilder *added;
  GStrvBuilder *said;
} Change;

/* What has more words with us than with the server takes its place; what has others there
 * is somebody's own, or newer than we are, and stays. */
static void
compare_definition (Change *change, const char *definition, const char **there)
{
  g_auto (GStrv) words = split_words (definition);
  const char *same = find_same (there, words);
  g_auto (GStrv) others = same != NULL ? split_words (same) : NULL;
  g_autofree char *name = name_definition (words);
  g_autofree char *place = same != NULL ? g_strndup (same, (gsize) (skip_place (same) - same)) : g_strdup ("");
  g_autofree char *value = g_strconcat (place, definition, NULL);
  g_autofree char *said = g_strdup_printf (same != NULL ? "%s, extended" : "%s", name);

  if (same != NULL && (is_subset (words, others) || !is_subset (others, words)))
    return;
  if (same != NULL)
    g_strv_builder_add (change->removed, same);
  g_strv_builder_add (change->added, value);
  g_strv_builder_add (change->said, said);
}

static gboolean
extend_kind (IntimailLdapPreparation *self, const char *kind, IntimailLdifEntry *schema, IntimailLdifEntry *ours, GError **error)
{
  g_autofree const char **there = intimail_ldif_entry_list (schema, kind);
  g_autofree const char **definitions = intimail_ldif_entry_list (ours, kind);
  g_autoptr (GStrvBuilder) removed = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) added = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) said = g_strv_builder_new ();
  g_autoptr (GPtrArray) modifications = g_ptr_array_new ();
  Change change = { removed, added, said };
  g_auto (GStrv) before = NULL;
  g_auto (GStrv) after = NULL;
  g_auto (GStrv) names = NULL;
  IntimailLdapModification modification = { .attribute = kind };

  for (gsize i = 0; definitions[i] != NULL; i++)
    compare_definition (&change, definitions[i], there);
  modification.removed = before = g_strv_builder_end (removed);
  modification.added = after = g_strv_builder_end (added);
  names = g_strv_builder_end (said);
  if (after[0] == NULL)
    return TRUE;
  g_ptr_array_add (modifications, &modification);
  if (!intimail_ldap_preparation_modify (self, schema->dn, modifications, error))
    {
      g_prefix_error (error, "%s: ", schema->dn);
      return FALSE;
    }
  for (gsize i = 0; names[i] != NULL; i++)
    {
      g_autofree char *words = g_strdup_printf ("%s of %s", names[i], schema->dn);

      g_strv_builder_add (self->done, words);
    }

  return TRUE;
}

/* The one entry of the file. */
static gboolean
load_entry (IntimailLdapPreparation *self, IntimailLdif *ldif, GPtrArray *there, GError **error)
{
  IntimailLdifEntry *ours = ldif->entries->len == 1 ? ldif->entries->pdata[0] : NULL;

  if (ours == NULL)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "a schema is a file with one entry");
      return FALSE;
    }
  if (there->len == 0)
    return intimail_ldap_preparation_add (self, ours, error);
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (!extend_kind (self, kinds[i], there->pdata[0], ours, error))
      return FALSE;

  return TRUE;
}

gboolean
intimail_ldap_preparation_load_schema (IntimailLdapPreparation *self, const char *path, GError **error)
{
  static const char *const names[] = { "cn", "olcObjectIdentifier", "olcAttributeTypes", "olcObjectClasses", NULL };
  g_autoptr (GPtrArray) there = intimail_ldap_preparation_search (self, SCHEMA_BASE, FALSE, "(cn=*intimail)", names, error);
  g_autofree char *text = NULL;
  IntimailLdif *ldif;
  gboolean good;
  gsize length;

  if (there == NULL)
    return FALSE;
  if (!g_file_get_contents (path, &text, &length, NULL))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "cannot read the schema in %s", path);
      return FALSE;
    }
  ldif = intimail_ldif_parse (text, length, path, &intimail_ldif_default_limits, error);
  good = ldif != NULL && load_entry (self, ldif, there, error);
  intimail_ldif_free (ldif);

  return good;
}
