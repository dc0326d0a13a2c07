/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What reads a document and what makes a tree of it know each other by this.
 */

#pragma once

#include "json/intimail-json-private.h"

G_BEGIN_DECLS

/* A container takes what it is given; its keys are all different when the document is
 * read to its end, and only then. */
typedef struct
{
  gpointer (*new_null) (void);
  gpointer (*new_boolean) (gboolean value);
  gpointer (*new_integer) (gint64 value);
  gpointer (*new_real) (double value);
  gpointer (*new_string) (const char *text, gsize length);
  gpointer (*new_array) (void);
  void (*add_element) (gpointer array, gpointer element);
  gpointer (*new_object) (void);
  void (*set_member) (gpointer object, const char *key, gpointer value);
  void (*free_node) (gpointer node);
} IntimailJsonMaker;

/* As intimail_json_check() with @maker NULL, else as intimail_json_parse(). */
gboolean intimail_json_read (const char *data,
                             gsize length,
                             const IntimailJsonLimits *limits,
                             const IntimailJsonMaker *maker,
                             gpointer *node,
                             GError **error);

G_END_DECLS
