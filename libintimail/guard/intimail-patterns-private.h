/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The pattern files that come with the library.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const char *name;
  const char *service;
  gboolean is_usual; /* else it is loaded when it is named */
  gboolean is_broad; /* of each program: it is loaded when it is named, and not with all */
  const char *text;  /* without the examples */
} IntimailPatterns;

/* Ends with a name that is NULL. Made of data/guard by make-patterns.py. */
extern const IntimailPatterns intimail_patterns[];

G_END_DECLS
