/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Settings in a file of groups and keys (the syntax of GKeyFile), read strictly:
 * what is not known is a mistake, and each mistake has a file and a line.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  INTIMAIL_CONFIG_STRING,
  INTIMAIL_CONFIG_LIST,    /* strings parted by ";" */
  INTIMAIL_CONFIG_NUMBER,  /* decimal, 0 or more */
  INTIMAIL_CONFIG_BOOLEAN, /* true or false */
} IntimailConfigType;

typedef struct
{
  const char *group;
  const char *key;
  IntimailConfigType type;
  const char *fallback; /* the value of a key that is not in the file; NULL: it must be */
  const char *choices;  /* the only values of a string, parted by "|", or NULL for any */
} IntimailConfigKey;

typedef struct _IntimailConfig IntimailConfig;

/* Reads a file. @keys ends with a NULL group and must outlive the result. Fails
 * with INVALID_ARGUMENT and "NAME:LINE: ..." for a mistake in it, with TOO_LARGE
 * over 1 MB, and with FAILED when it cannot be read. */
IntimailConfig *intimail_config_load (const char *path,
                                      const IntimailConfigKey *keys,
                                      GError **error);

/* The same of text; @name stands in errors. */
IntimailConfig *intimail_config_parse (const char *text,
                                       gsize length,
                                       const char *name,
                                       const IntimailConfigKey *keys,
                                       GError **error);

void intimail_config_free (IntimailConfig *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailConfig, intimail_config_free)

const char *intimail_config_get_string (IntimailConfig *self,
                                        const char *group,
                                        const char *key);

/* NULL-terminated; without empty elements. */
char **intimail_config_get_list (IntimailConfig *self,
                                 const char *group,
                                 const char *key);

guint64 intimail_config_get_number (IntimailConfig *self,
                                    const char *group,
                                    const char *key);

gboolean intimail_config_get_boolean (IntimailConfig *self,
                                      const char *group,
                                      const char *key);

/* INVALID_ARGUMENT with the file and line of a value that only its user can
 * judge; always FALSE. */
gboolean intimail_config_fail (IntimailConfig *self,
                               const char *group,
                               const char *key,
                               GError **error,
                               const char *format,
                               ...) G_GNUC_PRINTF (5, 6);

G_END_DECLS
