/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-plain-page.h"

#include <string.h>

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

/* RFC 9110 section 12.5.4. */
guint
webmail_plain_page_choose_language (WebmailRequest *request, const char *const *languages)
{
  const char *accepted = webmail_request_get_header (request, "Accept-Language");
  GSList *tags = accepted != NULL ? soup_header_parse_quality_list (accepted, NULL) : NULL;
  gboolean found = FALSE;
  guint language = 0;

  for (GSList *tag = tags; tag != NULL && !found; tag = tag->next)
    for (guint i = 0; languages[i] != NULL && !found; i++)
      if (g_ascii_strncasecmp (tag->data, languages[i], 2) == 0 && strchr ("-", ((const char *) tag->data)[2]) != NULL)
        {
          language = i;
          found = TRUE;
        }
  soup_header_free_list (tags);

  return language;
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
webmail_plain_page_reply (WebmailRequest *request, guint status, const char *language, const char *title, const char *content)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);
  char *html = g_strdup_printf ("<!DOCTYPE html><html lang=\"%s\"><head><meta charset=\"utf-8\">"
                                "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                                "<meta name=\"robots\" content=\"noindex\"><title>%s</title>"
                                "<link rel=\"icon\" href=\"/assets/icon.svg\"><style>%s</style></head>"
                                "<body><main><img src=\"/assets/icon.svg\" alt=\"\">%s</main></body></html>\n",
                                language, title, STYLE, content);
  g_autoptr (GBytes) body = g_bytes_new_take (html, strlen (html));
  g_autofree char *policy = make_policy ();

  soup_message_headers_replace (headers, "Content-Security-Policy", policy);
  soup_message_headers_replace (headers, "Content-Language", language);
  soup_message_headers_append (headers, "Vary", "Accept-Language");
  soup_message_headers_replace (headers, "X-Robots-Tag", "noindex");
  webmail_request_reply (request, status, "text/html; charset=utf-8", body);
}
