/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tables as spreadsheets write them (CSV, RFC 4180), read strictly.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  gsize max_field; /* bytes */
  guint max_fields;
  guint max_rows;
} IntimailCsvLimits;

extern const IntimailCsvLimits intimail_csv_default_limits;

typedef struct
{
  guint line; /* where it begins, from 1 */
  char **fields;
} IntimailCsvRow;

/* The rows of a text, of IntimailCsvRow; empty lines are none. Line ends are CR LF or
 * LF. INVALID_ARGUMENT with "line N: ...", or TOO_LARGE over a limit. */
GPtrArray *intimail_csv_parse (const char *text,
                               const IntimailCsvLimits *limits,
                               GError **error);

/* Appends a row and its line end; what needs quotes gets them. */
void intimail_csv_append (GString *text,
                          const char *const *fields);

G_END_DECLS
