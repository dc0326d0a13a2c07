/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One LDIF file of content records (RFC 2849) in memory. Entries that are not
 * changed are written back byte for byte, with the comments before them.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  gsize max_line;    /* bytes of one line, folds joined */
  guint max_entries; /* entries of a file */
  guint max_values;  /* values of an entry */
} IntimailLdifLimits;

extern const IntimailLdifLimits intimail_ldif_default_limits;

typedef struct
{
  char *name;   /* as written, options included: "cn;lang-fr" */
  char *value;  /* followed by a NUL that is not counted */
  gsize length; /* a value may hold NULs */
  guint line;   /* where it stands, from 1; 0 when it was added */
} IntimailLdifValue;

typedef struct
{
  char *dn;
  guint line;
  GPtrArray *values;  /* of IntimailLdifValue, in the file's order */
  char *comment;      /* the comments before and inside it, whole lines */
  char *raw;          /* what stands in the file; NULL once it is changed */
  gboolean is_parted; /* raw ends with the empty line that ends an entry */
} IntimailLdifEntry;

typedef struct
{
  char *preamble;     /* comments and version line before the first entry */
  GPtrArray *entries; /* of IntimailLdifEntry */
  char *trailer;      /* comments after the last entry */
} IntimailLdif;

/* Reads a file's content. @name stands in errors: "NAME:12: ...". Every failure
 * is INVALID_ARGUMENT, or TOO_LARGE over a limit. */
IntimailLdif *intimail_ldif_parse (const char *data,
                                   gsize length,
                                   const char *name,
                                   const IntimailLdifLimits *limits,
                                   GError **error);

void intimail_ldif_free (IntimailLdif *self);

char *intimail_ldif_to_string (IntimailLdif *self,
                               gsize *length);

IntimailLdifEntry *intimail_ldif_add_entry (IntimailLdif *self,
                                            const char *dn);

void intimail_ldif_remove_entry (IntimailLdif *self,
                                 IntimailLdifEntry *entry);

/* An entry of no file. */
IntimailLdifEntry *intimail_ldif_entry_new (const char *dn);

void intimail_ldif_entry_free (IntimailLdifEntry *entry);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailLdifEntry, intimail_ldif_entry_free)

/* The first value, or NULL. Names are compared without case. */
const IntimailLdifValue *intimail_ldif_entry_get (IntimailLdifEntry *entry,
                                                  const char *name);

/* All values that hold no NUL, NULL-terminated; the array is the caller's, the
 * values are not. */
const char **intimail_ldif_entry_list (IntimailLdifEntry *entry,
                                       const char *name);

gboolean intimail_ldif_entry_has (IntimailLdifEntry *entry,
                                  const char *name,
                                  const char *value);

/* Replaces all values of @name, at the place of the first; does nothing when
 * they are the same already. */
void intimail_ldif_entry_set (IntimailLdifEntry *entry,
                              const char *name,
                              const char *const *values);

/* As above, one value, or none when it is "". */
void intimail_ldif_entry_set_one (IntimailLdifEntry *entry,
                                  const char *name,
                                  const char *value);

void intimail_ldif_entry_add (IntimailLdifEntry *entry,
                              const char *name,
                              const char *value);

/* As above for a value that may hold NULs. */
void intimail_ldif_entry_add_bytes (IntimailLdifEntry *entry,
                                    const char *name,
                                    const char *bytes,
                                    gsize length);

/* A DN in the form in which two spellings are equal: lower case, no blanks
 * around "," "+" and "=". */
char *intimail_ldif_normalize_dn (const char *dn);

G_END_DECLS
