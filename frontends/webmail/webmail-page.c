/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-page.h"

#include <string.h>

#define PREFIX "/org/intimail/webmail/page/"

#define PAGE_POLICY                                                                       \
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " \
  "connect-src 'self'; frame-src 'self'; font-src 'self'; base-uri 'none'; "              \
  "form-action 'self'; frame-ancestors 'none'"

/* The document of a message has an origin of its own, so that 'self' is nobody:
 * its one script is named by its address. */
#define FRAME_POLICY                                                               \
  "sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox; "            \
  "default-src 'none'; script-src %s/assets/frame.js; style-src 'unsafe-inline'; " \
  "img-src data: blob:%s; frame-ancestors 'self'"

static const struct
{
  const char *path;
  const char *file;
  const char *type;
} files[] = {
  { "/", "index.html", "text/html; charset=utf-8" },
  { "/frame", "frame.html", "text/html; charset=utf-8" },
  { "/assets/page.js", "page.js", "text/javascript; charset=utf-8" },
  { "/assets/page.css", "page.css", "text/css; charset=utf-8" },
  { "/assets/frame.js", "frame.js", "text/javascript; charset=utf-8" },
  { "/assets/icon.svg", "icon.svg", "image/svg+xml" },
};

typedef struct
{
  GBytes *plain;
  GBytes *compressed;
  char *tag; /* in quotes, without the closing one */
} File;

struct _WebmailPage
{
  File files[G_N_ELEMENTS (files)];
  char *frame_policies[2]; /* without and with pictures of the network */
};

static GBytes *
load (const char *name)
{
  g_autofree char *path = g_strconcat (PREFIX, name, NULL);

  return g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
}

WebmailPage *
webmail_page_new (const char *url)
{
  WebmailPage *self = g_new0 (WebmailPage, 1);

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *compressed = g_strconcat (files[i].file, ".gz", NULL);
      g_autofree char *digest = NULL;

      self->files[i].plain = load (files[i].file);
      self->files[i].compressed = load (compressed);
      if (self->files[i].plain == NULL)
        continue;
      digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, self->files[i].plain);
      self->files[i].tag = g_strdup_printf ("\"%.32s", digest);
    }
  self->frame_policies[0] = g_strdup_printf (FRAME_POLICY, url, "");
  self->frame_policies[1] = g_strdup_printf (FRAME_POLICY, url, " https: http:");

  return self;
}

void
webmail_page_free (WebmailPage *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_clear_pointer (&self->files[i].plain, g_bytes_unref);
      g_clear_pointer (&self->files[i].compressed, g_bytes_unref);
      g_free (self->files[i].tag);
    }
  g_free (self->frame_policies[0]);
  g_free (self->frame_policies[1]);
  g_free (self);
}

static void
set_headers (WebmailRequest *request, gsize index, const char *query)
{
  WebmailPage *self = request->server->page;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);
  gboolean frame = strcmp (files[index].file, "frame.html") == 0;
  gboolean remote = query != NULL && strcmp (query, "remote=1") == 0;
  gboolean asset = g_str_has_prefix (files[index].path, "/assets/");

  soup_message_headers_replace (headers, "Content-Security-Policy", frame ? self->frame_policies[remote ? 1 : 0] : PAGE_POLICY);
  /* An address with a version in it never changes its meaning; others are asked
   * for again, which costs a 304. */
  soup_message_headers_replace (headers, "Cache-Control", asset && query != NULL ? "public, immutable, max-age=31536000" : "no-cache");
  soup_message_headers_append (headers, "Vary", "Accept-Encoding");
  if (frame)
    soup_message_headers_replace (headers, "X-Frame-Options", "SAMEORIGIN");
  /* The frame's origin is another one. */
  if (strcmp (files[index].file, "frame.js") == 0)
    soup_message_headers_replace (headers, "Cross-Origin-Resource-Policy", "cross-origin");
}

static gboolean
accepts_gzip (WebmailRequest *request)
{
  const char *accepted = webmail_request_get_header (request, "Accept-Encoding");
  GSList *encodings;
  gboolean found = FALSE;

  if (accepted == NULL)
    return FALSE;
  encodings = soup_header_parse_quality_list (accepted, NULL);
  for (GSList *item = encodings; item != NULL; item = item->next)
    found = found || g_ascii_strcasecmp (item->data, "gzip") == 0;
  soup_header_free_list (encodings);

  return found;
}

static void
send_file (WebmailRequest *request, gsize index)
{
  const File *file = &request->server->page->files[index];
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);
  const char *known = webmail_request_get_header (request, "If-None-Match");
  gboolean compress = file->compressed != NULL && accepts_gzip (request);
  g_autofree char *tag = g_strconcat (file->tag, compress ? "-gz\"" : "\"", NULL);

  soup_message_headers_replace (headers, "ETag", tag);
  if (known != NULL && strstr (known, tag) != NULL)
    {
      webmail_request_reply (request, SOUP_STATUS_NOT_MODIFIED, NULL, NULL);
      return;
    }
  if (compress)
    soup_message_headers_replace (headers, "Content-Encoding", "gzip");
  webmail_request_reply (request, SOUP_STATUS_OK, files[index].type, compress ? file->compressed : file->plain);
}

void
webmail_page_handle (WebmailRequest *request)
{
  GUri *uri = soup_server_message_get_uri (request->message);

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    if (strcmp (files[i].path, g_uri_get_path (uri)) == 0 && request->server->page->files[i].plain != NULL)
      {
        set_headers (request, i, g_uri_get_query (uri));
        send_file (request, i);
        return;
      }
  webmail_request_reply_problem (request, SOUP_STATUS_NOT_FOUND, NULL, "There is no such page.");
}
