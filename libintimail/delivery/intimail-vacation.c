/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery/intimail-vacation-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

/**
 * IntimailVacation:
 *
 * The answer that people get while somebody is away.
 *
 * A sender gets it once in some days. Who gets none, whatever this says: mailing lists,
 * bulk mail, programs, mail that was not sent to one of the person's own addresses, and
 * mail that a rule puts into the trash or that is junk (RFC 3834, RFC 5230).
 *
 * A vacation belongs to one thread at a time.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (IntimailVacation, intimail_vacation, G_TYPE_OBJECT)

static void
intimail_vacation_finalize (GObject *object)
{
  IntimailVacation *self = INTIMAIL_VACATION (object);

  g_free (self->subject);
  g_free (self->text);
  g_free (self->html);
  G_OBJECT_CLASS (intimail_vacation_parent_class)->finalize (object);
}

static void
intimail_vacation_class_init (IntimailVacationClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_vacation_finalize;
}

static void
intimail_vacation_init (IntimailVacation *self)
{
  self->subject = g_strdup ("");
  self->text = g_strdup ("");
  self->html = g_strdup ("");
  self->days = INTIMAIL_VACATION_DAYS;
}

/**
 * intimail_vacation_new:
 *
 * Makes an answer that is switched off.
 *
 * Returns: (transfer full): a vacation
 *
 * Since: 1.0
 */
IntimailVacation *
intimail_vacation_new (void)
{
  return g_object_new (INTIMAIL_TYPE_VACATION, NULL);
}

/**
 * intimail_vacation_get_enabled:
 * @self: a vacation
 *
 * Tells whether mail is answered, within the period.
 *
 * Returns: %TRUE when it is so
 *
 * Since: 1.0
 */
gboolean
intimail_vacation_get_enabled (IntimailVacation *self)
{
  g_return_val_if_fail (INTIMAIL_IS_VACATION (self), FALSE);

  return self->enabled;
}

/**
 * intimail_vacation_set_enabled:
 * @self: a vacation
 * @enabled: %TRUE to answer mail
 *
 * Switches the answer on or off.
 *
 * Since: 1.0
 */
void
intimail_vacation_set_enabled (IntimailVacation *self, gboolean enabled)
{
  g_return_if_fail (INTIMAIL_IS_VACATION (self));

  self->enabled = enabled;
}

/**
 * intimail_vacation_get_start:
 * @self: a vacation
 *
 * Gets from when on mail is answered; 0 is from now on.
 *
 * Returns: seconds since 1970, or 0
 *
 * Since: 1.0
 */
gint64
intimail_vacation_get_start (IntimailVacation *self)
{
  g_return_val_if_fail (INTIMAIL_IS_VACATION (self), 0);

  return self->start;
}

/**
 * intimail_vacation_set_start:
 * @self: a vacation
 * @start: seconds since 1970, or 0
 *
 * Sets from when on mail is answered.
 *
 * Since: 1.0
 */
void
intimail_vacation_set_start (IntimailVacation *self, gint64 start)
{
  g_return_if_fail (INTIMAIL_IS_VACATION (self));

  self->start = start;
}

/**
 * intimail_vacation_get_end:
 * @self: a vacation
 *
 * Gets until when mail is answered; 0 is without an end.
 *
 * Returns: seconds since 1970, or 0
 *
 * Since: 1.0
 */
gint64
intimail_vacation_get_end (IntimailVacation *self)
{
  g_return_val_if_fail (INTIMAIL_IS_VACATION (self), 0);

  return self->end;
}

/**
 * intimail_vacation_set_end:
 * @self: a vacation
 * @end: seconds since 1970, or 0
 *
 * Sets until when mail is answered.
 *
 * Since: 1.0
 */
void
intimail_vacation_set_end (IntimailVacation *self, gint64 end)
{
  g_return_if_fail (INTIMAIL_IS_VACATION (self));

  self->end = end;
}

/**
 * intimail_vacation_get_subject:
 * @self: a vacation
 *
 * Gets the subject of the answer; "" is one made of the subject of the mail.
 *
 * Returns: (transfer none): the text
 *
 * Since: 1.0
 */
const char *
intimail_vacation_get_subject (IntimailVacation *self)
{
  g_return_val_if_fail (INTIMAIL_IS_VACATION (self), NULL);

  return self->subject;
}

/**
 * intimail_vacation_set_subject:
 * @self: a vacation
 * @subject: one line of text, or ""
 *
 * Sets the subject of the answer.
 *
 * Since: 1.0
 */
void
intimail_vacation_set_subject (IntimailVacation *self, const char *subject)
{
  char *copy;

  g_return_if_fail (INTIMAIL_IS_VACATION (self));
  g_return_if_fail (subject != NULL);

  copy = g_strdup (subject);
  g_free (self->subject);
  self->subject = copy;
}

/**
 * intimail_vacation_get_text:
 * @self: a vacation
 *
 * Gets the text of the answer; "" is none, or one in the language of the site.
 *
 * Returns: (transfer none): the text
 *
 * Since: 1.0
 */
const char *
intimail_vacation_get_text (IntimailVacation *self)
{
  g_return_val_if_fail (INTIMAIL_IS_VACATION (self), NULL);

  return self->text;
}

/**
 * intimail_vacation_set_text:
 * @self: a vacation
 * @text: plain text
 *
 * Sets the text of the answer.
 *
 * Since: 1.0
 */
void
intimail_vacation_set_text (IntimailVacation *self, const char *text)
{
  char *copy;

  g_return_if_fail (INTIMAIL_IS_VACATION (self));
  g_return_if_fail (text != NULL);

  copy = g_strdup (text);
  g_free (self->text);
  self->text = copy;
}

/**
 * intimail_vacation_get_html:
 * @self: a vacation
 *
 * Gets the text of the answer in HTML; "" is none.
 *
 * Returns: (transfer none): the text
 *
 * Since: 1.0
 */
const char *
intimail_vacation_get_html (IntimailVacation *self)
{
  g_return_val_if_fail (INTIMAIL_IS_VACATION (self), NULL);

  return self->html;
}

/**
 * intimail_vacation_set_html:
 * @self: a vacation
 * @html: a document in HTML, or ""
 *
 * Sets the text of the answer in HTML, besides the plain text.
 *
 * Since: 1.0
 */
void
intimail_vacation_set_html (IntimailVacation *self, const char *html)
{
  char *copy;

  g_return_if_fail (INTIMAIL_IS_VACATION (self));
  g_return_if_fail (html != NULL);

  copy = g_strdup (html);
  g_free (self->html);
  self->html = copy;
}

/**
 * intimail_vacation_get_days:
 * @self: a vacation
 *
 * Gets for how many days the same sender gets no second answer; 7 by default.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint
intimail_vacation_get_days (IntimailVacation *self)
{
  g_return_val_if_fail (INTIMAIL_IS_VACATION (self), 0);

  return self->days;
}

/**
 * intimail_vacation_set_days:
 * @self: a vacation
 * @days: days, from 1 to 365
 *
 * Sets for how many days the same sender gets no second answer.
 *
 * Since: 1.0
 */
void
intimail_vacation_set_days (IntimailVacation *self, guint days)
{
  g_return_if_fail (INTIMAIL_IS_VACATION (self));

  self->days = days;
}

/**
 * intimail_vacation_is_active:
 * @self: a vacation
 * @now: the time, in seconds since 1970
 *
 * Tells whether mail that comes at that time is answered.
 *
 * Returns: %TRUE when it is enabled and the time is within the period
 *
 * Since: 1.0
 */
gboolean
intimail_vacation_is_active (IntimailVacation *self, gint64 now)
{
  g_return_val_if_fail (INTIMAIL_IS_VACATION (self), FALSE);

  return self->enabled && (self->start == 0 || now >= self->start) && (self->end == 0 || now < self->end);
}

static gboolean
is_one_line (const char *text)
{
  for (; *text != '\0'; text++)
    if (g_ascii_iscntrl (*text))
      return FALSE;

  return TRUE;
}

gboolean
intimail_vacation_check (IntimailVacation *self, GError **error)
{
  if (strlen (self->subject) > INTIMAIL_VACATION_MAX_SUBJECT || !is_one_line (self->subject))
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                 "vacation: the subject is one line of at most %d bytes", INTIMAIL_VACATION_MAX_SUBJECT);
  else if (strlen (self->text) > INTIMAIL_VACATION_MAX_TEXT || strlen (self->html) > INTIMAIL_VACATION_MAX_TEXT)
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE,
                 "vacation: the text has %d bytes at most", INTIMAIL_VACATION_MAX_TEXT);
  else if (!g_utf8_validate (self->subject, -1, NULL) || !g_utf8_validate (self->text, -1, NULL) || !g_utf8_validate (self->html, -1, NULL))
    g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "vacation: the text is not UTF-8");
  else if (self->days < 1 || self->days > INTIMAIL_VACATION_MAX_DAYS)
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "vacation: days are from 1 to %d", INTIMAIL_VACATION_MAX_DAYS);
  else if (self->start < 0 || self->end < 0 || self->start > INTIMAIL_VACATION_MAX_TIME || self->end > INTIMAIL_VACATION_MAX_TIME)
    g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "vacation: the period is from 1970 to 9999");
  else if (self->start != 0 && self->end != 0 && self->start >= self->end)
    g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT, "vacation: the period ends before it begins");
  else
    return TRUE;

  return FALSE;
}
