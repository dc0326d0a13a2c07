/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a filter says, for the program that compares it.
 */

#pragma once

#include "store/intimail-filter-private.h"

G_BEGIN_DECLS

struct _IntimailFilter
{
  GObject parent_instance;

  gboolean is_operator;
  IntimailFilterOperator op;
  GPtrArray *filters;
  IntimailFilterField field;
  char *text;
  GStrv words; /* folded */
  gint64 number;
};

G_END_DECLS
