/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-quote-private.h"

#include <string.h>

#include <intimail/intimail-field.h>

#include "message/intimail-flowed-private.h"
#include "message/intimail-parameters-private.h"

/* Who answers a book does not send it back. */
#define MAX_TEXT (256 * 1024)
#define MAX_LINE 76
/* People that the head of a forwarded message names for each field. */
#define MAX_PEOPLE 50

typedef struct
{
  const char *tag;
  const char *months[12];
  const char *weekdays[7]; /* from Monday on */
  const char *after_weekday;
  const char *before_time;
  const char *before_date;
  const char *after_writer;
  const char *forwarded;
  const char *from;
  const char *sent;
  const char *subject;
  const char *to;
  const char *cc;
} Words;

/* The first is for everybody else. */
static const Words languages[] = {
  {
      "en",
      { "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December" },
      { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" },
      ", ",
      " at ",
      "On ",
      " wrote:",
      "---------- Forwarded message ----------",
      "From: ",
      "Date: ",
      "Subject: ",
      "To: ",
      "Cc: ",
  },
  {
      "fr",
      { "janvier", "f\303\251vrier", "mars", "avril", "mai", "juin", "juillet", "ao\303\273t", "septembre", "octobre", "novembre", "d\303\251cembre" },
      { "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche" },
      " ",
      " \303\240 ",
      "Le ",
      " a \303\251crit :",
      "---------- Message transf\303\251r\303\251 ----------",
      "De : ",
      "Date : ",
      "Objet : ",
      "\303\200 : ",
      "Cc : ",
  },
};

static const Words *
find_words (const char *language)
{
  for (gsize i = 0; language != NULL && i < G_N_ELEMENTS (languages); i++)
    {
      gsize length = strlen (languages[i].tag);

      if (g_ascii_strncasecmp (language, languages[i].tag, length) == 0 && !g_ascii_isalpha (language[length]))
        return &languages[i];
    }

  return &languages[0];
}

gboolean
intimail_quote_is_french (const char *language)
{
  return find_words (language) == &languages[1];
}

/* As its writer's clock showed it; NULL when the message does not say. */
static char *
format_date (const Words *words, IntimailMessage *message)
{
  GDateTime *date = intimail_message_get_date (message);

  if (date == NULL)
    return NULL;

  return g_strdup_printf ("%s%s%d %s %d%s%d:%02d", words->weekdays[g_date_time_get_day_of_week (date) - 1], words->after_weekday,
                          g_date_time_get_day_of_month (date), words->months[g_date_time_get_month (date) - 1],
                          g_date_time_get_year (date), words->before_time, g_date_time_get_hour (date), g_date_time_get_minute (date));
}

/* "On ..., Ben wrote:", and the person in a line of its own where one is too short. */
static void
append_attribution (GString *out, const Words *words, IntimailMessage *message)
{
  GPtrArray *from = intimail_message_get_from (message);
  g_autofree char *who = from->len > 0 ? intimail_address_to_string (g_ptr_array_index (from, 0)) : NULL;
  g_autofree char *date = format_date (words, message);
  g_autofree char *begin = date != NULL ? g_strconcat (words->before_date, date, ",", NULL) : NULL;
  g_autofree char *end = who != NULL ? g_strconcat (who, words->after_writer, NULL) : NULL;

  if (end == NULL)
    return;
  if (begin != NULL)
    g_string_append_printf (out, "%s%c", begin, g_utf8_strlen (begin, -1) + g_utf8_strlen (end, -1) < MAX_LINE ? ' ' : '\n');
  g_string_append_printf (out, "%s\n", end);
}

static gboolean
is_flowed (IntimailPart *part, gboolean *del_space)
{
  GPtrArray *headers = intimail_part_get_headers (part);

  for (guint i = headers->len; i > 0; i--)
    {
      IntimailField *field = g_ptr_array_index (headers, i - 1);
      g_autofree char *value = NULL;
      g_autoptr (IntimailParameters) parameters = NULL;
      g_autofree char *format = NULL;
      g_autofree char *delsp = NULL;

      if (g_ascii_strcasecmp (intimail_field_get_name (field), "Content-Type") != 0)
        continue;
      value = intimail_field_get_text (field);
      parameters = intimail_parameters_new (value);
      format = intimail_parameters_get (parameters, "format");
      delsp = intimail_parameters_get (parameters, "delsp");
      *del_space = delsp != NULL && g_ascii_strcasecmp (delsp, "yes") == 0;
      return format != NULL && g_ascii_strcasecmp (format, "flowed") == 0;
    }

  return FALSE;
}

/* The text of all parts that are shown, a paragraph in each line where it flows; cut where it
 * is too long. */
static char *
get_text (IntimailMessage *message)
{
  GPtrArray *parts = intimail_message_get_text_body (message);
  g_autofree char *text = intimail_message_get_text (message);
  gboolean del_space = FALSE;

  if (strlen (text) > MAX_TEXT)
    {
      char *end = g_utf8_find_prev_char (text, text + MAX_TEXT);

      g_strlcpy (end, "\n", 2);
    }
  if (parts->len == 1 && is_flowed (g_ptr_array_index (parts, 0), &del_space))
    return intimail_flowed_read (text, del_space);

  return g_steal_pointer (&text);
}

static void
append_quoted (GString *out, const char *text)
{
  g_autofree char *chomped = g_strchomp (g_strdup (text));
  g_auto (GStrv) lines = g_strsplit (chomped, "\n", -1);

  for (gsize i = 0; lines[i] != NULL; i++)
    g_string_append_printf (out, "%s%s\n", *lines[i] == '>' ? ">" : *lines[i] != '\0' ? "> "
                                                                                      : ">",
                            lines[i]);
}

char *
intimail_quote_make_reply (IntimailMessage *message, const char *language)
{
  g_autofree char *text = get_text (message);
  GString *quote = g_string_new (NULL);

  append_attribution (quote, find_words (language), message);
  append_quoted (quote, text);

  return g_string_free (quote, FALSE);
}

static void
append_people (GString *out, const char *label, GPtrArray *people)
{
  g_autoptr (GPtrArray) some = g_ptr_array_new ();
  g_autofree char *text = NULL;

  if (people->len == 0)
    return;
  for (guint i = 0; i < MIN (people->len, MAX_PEOPLE); i++)
    g_ptr_array_add (some, g_ptr_array_index (people, i));
  text = intimail_address_list_to_string (some);
  g_string_append_printf (out, "%s%s%s\n", label, text, some->len < people->len ? ", ..." : "");
}

char *
intimail_quote_make_forward (IntimailMessage *message, const char *language)
{
  const Words *words = find_words (language);
  const char *subject = intimail_message_get_subject (message);
  g_autofree char *date = format_date (words, message);
  g_autofree char *text = get_text (message);
  GString *quote = g_string_new (words->forwarded);

  g_string_append_c (quote, '\n');
  append_people (quote, words->from, intimail_message_get_from (message));
  if (date != NULL)
    g_string_append_printf (quote, "%s%s\n", words->sent, date);
  g_string_append_printf (quote, "%s%s\n", words->subject, subject != NULL ? subject : "");
  append_people (quote, words->to, intimail_message_get_to (message));
  append_people (quote, words->cc, intimail_message_get_cc (message));
  g_string_append_printf (quote, "\n%s", text);

  return g_string_free (quote, FALSE);
}
