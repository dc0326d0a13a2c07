/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard-listing.h"

#include <string.h>

#define ELEMENTS "elements = {"

typedef struct
{
  GuardListing listing;
  char set[16]; /* "" in a chain */
  gboolean in_elements;
} Reader;

static void
take_element (Reader *self, const char *text, gsize length)
{
  gsize skip = strspn (text, " \t");

  if (skip >= length)
    return;
  if (g_str_has_prefix (self->set, "allow"))
    self->listing.n_allowed[g_str_has_suffix (self->set, "6") ? 1 : 0]++;
  else if (g_str_has_prefix (self->set, "deny") && !g_str_has_suffix (self->set, "range"))
    g_hash_table_add (self->listing.denied,
                      g_strdup_printf ("%.*s%s", (int) strcspn (text + skip, " ,}\n"), text + skip, g_str_has_suffix (self->set, "net") ? "/" : ""));
}

/* "ADDRESS timeout 10m expires 9m, ADDRESS }": over as many lines as nft likes. */
static void
take_elements (Reader *self, const char *line, const char *end)
{
  while (self->in_elements && line < end)
    {
      const char *stop = strpbrk (line, ",}\n");

      take_element (self, line, (gsize) (stop - line));
      self->in_elements = *stop != '}';
      line = stop + 1;
    }
}

static void
take_line (Reader *self, const char *line, const char *end)
{
  gsize length = (gsize) (end - line);
  const char *elements = g_strstr_len (line, (gssize) length, ELEMENTS);

  if (g_str_has_prefix (line, "set "))
    g_snprintf (self->set, sizeof self->set, "%.*s", (int) strcspn (line + 4, " {\n"), line + 4);
  else if (g_str_has_prefix (line, "chain "))
    *self->set = '\0';
  if (elements != NULL)
    {
      self->in_elements = TRUE;
      line = elements + strlen (ELEMENTS);
    }
  if (self->in_elements)
    take_elements (self, line, end);
  else if (*self->set == '\0' && (g_str_has_prefix (end - MIN (length, 4), "drop") || g_str_has_prefix (end - MIN (length, 6), "accept")))
    self->listing.n_rules++;
}

GuardListing
guard_listing_read (const char *text)
{
  Reader self = { .listing.denied = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) };
  const char *end;

  for (const char *line = text; (end = strchr (line, '\n')) != NULL; line = end + 1)
    take_line (&self, line + strspn (line, " \t"), end);

  return self.listing;
}
