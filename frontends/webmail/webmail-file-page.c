/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-file-page.h"

#include <string.h>

#include "webmail-request.h"

#define STYLE                                                                                                          \
  ":root{color-scheme:light dark;--ground:#f3f3f5;--card:#fff;--text:#2c2c30;--dim:#62626a;--line:#0000061a;"          \
  "--accent:#1c6ed6;--on-accent:#fff;--danger:#b3121f;--field:#0000060d}"                                              \
  "@media(prefers-color-scheme:dark){:root{--ground:#1d1d20;--card:#2e2e32;--text:#f4f4f6;--dim:#b0b0b8;"              \
  "--line:#ffffff1f;--accent:#2f77cf;--danger:#ff8f88;--field:#ffffff14}}"                                             \
  "*{box-sizing:border-box}"                                                                                           \
  "body{margin:0;min-height:100vh;display:flex;align-items:center;justify-content:center;padding:16px;"                \
  "background:var(--ground);color:var(--text);font:16px/1.5 system-ui,Cantarell,'Segoe UI',sans-serif}"                \
  "main{width:100%;max-width:460px;padding:28px;border-radius:14px;background:var(--card);"                            \
  "box-shadow:0 2px 8px #0000061f,0 8px 28px #0000061f}"                                                               \
  "img{display:block;width:44px;height:44px;margin:0 auto 14px}"                                                       \
  "h1{margin:0 0 20px;font-size:20px;line-height:1.3;text-align:center;overflow-wrap:anywhere}"                        \
  "dl{margin:0 0 22px;display:grid;grid-template-columns:auto 1fr;gap:6px 16px}"                                       \
  "dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}"                                                            \
  "p{margin:0 0 16px}.note{margin:16px 0 0;color:var(--dim);font-size:14px}.wrong{color:var(--danger);margin:0 0 8px}" \
  "label{display:block;margin:0 0 6px;font-weight:600}"                                                                \
  "input{width:100%;margin:0 0 16px;padding:10px 12px;border:1px solid var(--line);border-radius:9px;"                 \
  "background:var(--field);color:inherit;font:inherit}"                                                                \
  "button{width:100%;padding:12px;border:0;border-radius:9px;background:var(--accent);color:var(--on-accent);"         \
  "font:inherit;font-weight:600;cursor:pointer}"                                                                       \
  ":focus-visible{outline:3px solid var(--accent);outline-offset:2px}"

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

/* The first language that is ours, by the visitor's preference (RFC 9110 section 12.5.4). */
static const Words *
choose_words (WebmailRequest *request)
{
  const char *accepted = webmail_request_get_header (request, "Accept-Language");
  GSList *tags = accepted != NULL ? soup_header_parse_quality_list (accepted, NULL) : NULL;
  const Words *words = NULL;

  for (GSList *tag = tags; tag != NULL && words == NULL; tag = tag->next)
    for (gsize i = 0; i < G_N_ELEMENTS (languages) && words == NULL; i++)
      if (g_ascii_strncasecmp (tag->data, languages[i].code, 2) == 0 && strchr ("-", ((const char *) tag->data)[2]) != NULL)
        words = &languages[i];
  soup_header_free_list (tags);

  return words != NULL ? words : &languages[0];
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

static char *
make_page (const Words *words, WebmailFilePage page, IntimailBigFile *file)
{
  GString *html = g_string_new (NULL);
  const char *title = words->title;
  const char *text = NULL;

  if (page == WEBMAIL_FILE_PAGE_NONE)
    title = words->none_title, text = words->none;
  else if (page == WEBMAIL_FILE_PAGE_TOO_MANY)
    title = words->too_many_title, text = words->too_many;
  else if (page == WEBMAIL_FILE_PAGE_LATER)
    title = words->later_title, text = words->later;
  g_string_append_printf (html, "<!DOCTYPE html><html lang=\"%s\"><head><meta charset=\"utf-8\">"
                                "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                                "<meta name=\"robots\" content=\"noindex\"><title>%s</title>"
                                "<link rel=\"icon\" href=\"/assets/icon.svg\"><style>%s</style></head>"
                                "<body><main><img src=\"/assets/icon.svg\" alt=\"\">",
                          words->code, title, STYLE);
  if (text != NULL)
    g_string_append_printf (html, "<h1>%s</h1><p>%s</p>", title, text);
  else
    add_offer (html, words, file, page == WEBMAIL_FILE_PAGE_WRONG_PASSWORD);
  g_string_append (html, "</main></body></html>\n");

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

/* The one style is named by what it says: nothing else can be put into the page. */
static char *
make_policy (void)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *digest = NULL;
  guint8 bytes[32];
  gsize length = sizeof bytes;

  g_checksum_update (checksum, (const guchar *) STYLE, strlen (STYLE));
  g_checksum_get_digest (checksum, bytes, &length);
  digest = g_base64_encode (bytes, length);

  return g_strdup_printf ("default-src 'none'; style-src 'sha256-%s'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'", digest);
}

void
webmail_file_page_reply (WebmailRequest *request, WebmailFilePage page, IntimailBigFile *file)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);
  const Words *words = choose_words (request);
  char *html = make_page (words, page, file);
  g_autoptr (GBytes) body = g_bytes_new_take (html, strlen (html));
  g_autofree char *policy = make_policy ();

  soup_message_headers_replace (headers, "Content-Security-Policy", policy);
  soup_message_headers_replace (headers, "Content-Language", words->code);
  soup_message_headers_append (headers, "Vary", "Accept-Language");
  soup_message_headers_replace (headers, "X-Robots-Tag", "noindex");
  if (page == WEBMAIL_FILE_PAGE_TOO_MANY || page == WEBMAIL_FILE_PAGE_LATER)
    soup_message_headers_replace (headers, "Retry-After", "30");
  webmail_request_reply (request, get_status (page), "text/html; charset=utf-8", body);
}
