/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The answer of somebody who is away, as it is kept.
 */

#pragma once

#include <intimail/intimail-vacation.h>

G_BEGIN_DECLS

#define INTIMAIL_VACATION_MAX_SUBJECT 500
#define INTIMAIL_VACATION_MAX_TEXT (128 * 1024)
#define INTIMAIL_VACATION_DAYS 7
#define INTIMAIL_VACATION_MAX_DAYS 365
/* The last second of the year 9999. */
#define INTIMAIL_VACATION_MAX_TIME G_GINT64_CONSTANT (253402300799)

struct _IntimailVacation
{
  GObject parent_instance;

  gboolean enabled;
  gint64 start; /* 0 is open */
  gint64 end;
  char *subject;
  char *text;
  char *html;
  guint days;
};

/* INVALID_ARGUMENT or TOO_LARGE when it cannot be kept. */
gboolean intimail_vacation_check (IntimailVacation *self,
                                  GError **error);

G_END_DECLS
