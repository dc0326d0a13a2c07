/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-file-page.h"

#include "webmail-plain-page.h"

typedef struct
{
  const char *code;
  const char *title;
  const char *size;
  const char *type;
  const char *sender;
  const char *until;
  const char *password;
  const char *wrong;
  const char *download;
  const char *once;
  const char *none_title;
  const char *none;
  const char *too_many_title;
  const char *too_many;
  const char *later_title;
  const char *later;
  const char *comma; /* in numbers */
  const char *units[5];
  const char *months[12];
} Words;

static const Words languages[] = {
  { "en", "A file for you", "Size", "Type", "From", "Until", "Password", "That password does not fit.", "Download", "Look at who sent it before you open it.", "This link opens no file", "It may have ended, or the file was taken back. Ask who sent it for a new one.", "Too many attempts", "Wait half a minute, then open the link again.", "It does not work now", "Open the link again in a few minutes.", ".", { "bytes", "KB", "MB", "GB", "TB" }, { "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December" } },
  { "fr", "Un fichier pour vous", "Taille", "Type", "De", "Jusqu’au", "Mot de passe", "Ce mot de passe ne convient pas.", "Télécharger", "Vérifiez qui l’envoie avant de l’ouvrir.", "Ce lien n’ouvre aucun fichier", "Il a peut-être pris fin, ou le fichier a été repris. Demandez-en un nouveau à qui l’a envoyé.", "Trop de tentatives", "Attendez une demi-minute, puis rouvrez le lien.", "Cela ne marche pas pour le moment", "Rouvrez le lien dans quelques minutes.", ",", { "octets", "Ko", "Mo", "Go", "To" }, { "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre" } },
};

static const Words *
choose_words (WebmailRequest *request)
{
  const char *codes[G_N_ELEMENTS (languages) + 1] = { NULL };

  for (gsize i = 0; i < G_N_ELEMENTS (languages); i++)
    codes[i] = languages[i].code;

  return &languages[webmail_plain_page_choose_language (request, codes)];
}

static char *
format_size (const Words *words, guint64 size)
{
  guint unit = 0;
  guint64 scale = 1;

  while (unit + 1 < G_N_ELEMENTS (words->units) && size / scale >= 1000)
    {
      unit++;
      scale *= 1000;
    }
  if (unit == 0 || size / scale >= 10)
    return g_strdup_printf ("%" G_GUINT64_FORMAT " %s", (size + scale / 2) / scale, words->units[unit]);

  return g_strdup_printf ("%" G_GUINT64_FORMAT "%s%u %s", size / scale, words->comma, (guint) (size % scale / (scale / 10)), words->units[unit]);
}

static char *
format_time (const Words *words, gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (seconds);
  g_autofree char *clock = time != NULL ? g_date_time_format (time, "%H:%M %Z") : NULL;

  return clock != NULL ? g_strdup_printf ("%d %s %d, %s", g_date_time_get_day_of_month (time), words->months[g_date_time_get_month (time) - 1],
                                          g_date_time_get_year (time), clock)
                       : g_strdup ("");
}

static void
add_row (GString *html, const char *name, const char *value)
{
  g_autofree char *escaped = g_markup_escape_text (value, -1);

  if (*value != '\0')
    g_string_append_printf (html, "<dt>%s</dt><dd><bdi>%s</bdi></dd>", name, escaped);
}

static void
add_offer (GString *html, const Words *words, IntimailBigFile *file, gboolean wrong)
{
  g_autofree char *name = g_markup_escape_text (intimail_big_file_get_name (file), -1);
  g_autofree char *size = format_size (words, intimail_big_file_get_size (file));
  g_autofree char *until = intimail_big_file_get_expires (file) != 0 ? format_time (words, intimail_big_file_get_expires (file)) : g_strdup ("");

  g_string_append_printf (html, "<h1><bdi>%s</bdi></h1><dl>", name);
  add_row (html, words->size, size);
  add_row (html, words->type, intimail_big_file_get_content_type (file));
  add_row (html, words->sender, intimail_big_file_get_sender (file));
  add_row (html, words->until, until);
  g_string_append (html, "</dl><form method=\"post\">");
  if (wrong)
    g_string_append_printf (html, "<p class=\"wrong\" role=\"alert\">%s</p>", words->wrong);
  if (intimail_big_file_has_password (file))
    g_string_append_printf (html, "<label for=\"password\">%s</label><input id=\"password\" name=\"password\" type=\"password\" "
                                  "autocomplete=\"off\" maxlength=\"255\" required autofocus>",
                            words->password);
  g_string_append_printf (html, "<button>%s</button></form><p class=\"note\">%s</p>", words->download, words->once);
}

static const char *
get_title (const Words *words, WebmailFilePage page)
{
  switch (page)
    {
    case WEBMAIL_FILE_PAGE_NONE:
      return words->none_title;
    case WEBMAIL_FILE_PAGE_TOO_MANY:
      return words->too_many_title;
    case WEBMAIL_FILE_PAGE_LATER:
      return words->later_title;
    case WEBMAIL_FILE_PAGE_OFFER:
    case WEBMAIL_FILE_PAGE_WRONG_PASSWORD:
      break;
    }

  return words->title;
}

static char *
make_content (const Words *words, WebmailFilePage page, IntimailBigFile *file)
{
  GString *html = g_string_new (NULL);
  const char *text = page == WEBMAIL_FILE_PAGE_NONE ? words->none : page == WEBMAIL_FILE_PAGE_TOO_MANY ? words->too_many
                                                                : page == WEBMAIL_FILE_PAGE_LATER      ? words->later
                                                                                                       : NULL;

  if (text != NULL)
    g_string_append_printf (html, "<h1>%s</h1><p>%s</p>", get_title (words, page), text);
  else
    add_offer (html, words, file, page == WEBMAIL_FILE_PAGE_WRONG_PASSWORD);

  return g_string_free (html, FALSE);
}

static guint
get_status (WebmailFilePage page)
{
  switch (page)
    {
    case WEBMAIL_FILE_PAGE_OFFER:
      return SOUP_STATUS_OK;
    case WEBMAIL_FILE_PAGE_WRONG_PASSWORD:
      return SOUP_STATUS_FORBIDDEN;
    case WEBMAIL_FILE_PAGE_TOO_MANY:
      return WEBMAIL_STATUS_TOO_MANY_REQUESTS;
    case WEBMAIL_FILE_PAGE_NONE:
      return SOUP_STATUS_NOT_FOUND;
    case WEBMAIL_FILE_PAGE_LATER:
      break;
    }

  return SOUP_STATUS_SERVICE_UNAVAILABLE;
}

void
webmail_file_page_reply (WebmailRequest *request, WebmailFilePage page, IntimailBigFile *file)
{
  const Words *words = choose_words (request);
  g_autofree char *content = make_content (words, page, file);

  if (page == WEBMAIL_FILE_PAGE_TOO_MANY || page == WEBMAIL_FILE_PAGE_LATER)
    soup_message_headers_replace (soup_server_message_get_response_headers (request->message), "Retry-After", "30");
  webmail_plain_page_reply (request, get_status (page), words->code, get_title (words, page), content);
}
