/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-blob.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "webmail-connections.h"
#include "webmail-people.h"

#define MIN_MAX_UPLOAD G_GUINT64_CONSTANT (50000000)
#define MAX_UPLOADS_OF_A_PERSON 4
#define MAX_DOWNLOADS_OF_A_PERSON 16

/* What is gathered before a thread writes it. */
#define GATHER (256 * 1024)

#define UPLOAD_PATH "/jmap/upload/"
#define DOWNLOAD_PATH "/jmap/download/"

/* A file on its way to the disk. It belongs to the request; while a thread works
 * on it the request is paused. */
typedef struct
{
  WebmailPeople *people;
  char *uid;
  char *account_id;
  guint64 max_size;
  guint64 expected; /* to be kept as a big file: as large as it says it is, else 0 */
  IntimailUpload *upload;
  GByteArray *gathered;
  char *blob_id;
  guint64 size;
} Upload;

static void
upload_free (gpointer data)
{
  Upload *upload = data;

  webmail_people_leave (upload->people, "upload", upload->uid);
  g_clear_object (&upload->upload);
  g_byte_array_unref (upload->gathered);
  g_free (upload->uid);
  g_free (upload->account_id);
  g_free (upload->blob_id);
  g_free (upload);
}

guint64
webmail_blob_get_max_upload (IntimailSite *site)
{
  IntimailBigFileStore *store = intimail_site_get_big_files (site);
  guint64 big = store != NULL ? intimail_big_file_store_get_max_size (store) : 0;

  return MAX (MAX (intimail_site_get_max_message_size (site), MIN_MAX_UPLOAD), big);
}

static gboolean
check_account (IntimailJmap *jmap, const char *account_id, GError **error)
{
  if (strcmp (intimail_jmap_get_account_id (jmap), account_id) == 0)
    return TRUE;
  g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "not the account of this person");

  return FALSE;
}

static gboolean
write_gathered (IntimailJmap *jmap, gpointer data, GError **error)
{
  Upload *upload = data;
  g_autoptr (GBytes) bytes = NULL;

  if (upload->upload == NULL)
    {
      if (!check_account (jmap, upload->account_id, error) ||
          (upload->expected > 0 && !intimail_account_check_quota (intimail_jmap_get_account (jmap), upload->expected, error)))
        return FALSE;
      upload->upload = intimail_account_begin_upload (intimail_jmap_get_account (jmap), upload->max_size, error);
      if (upload->upload == NULL)
        return FALSE;
    }
  if (upload->gathered->len == 0)
    return TRUE;
  bytes = g_byte_array_free_to_bytes (upload->gathered);
  upload->gathered = g_byte_array_new ();

  return intimail_upload_write (upload->upload, bytes, error);
}

static void
stop_reading (WebmailRequest *request)
{
  g_signal_handlers_disconnect_matched (request->message, G_SIGNAL_MATCH_DATA | G_SIGNAL_MATCH_ID,
                                        g_signal_lookup ("got-chunk", SOUP_TYPE_SERVER_MESSAGE), 0, NULL, NULL, request);
}

static void
on_written (WebmailRequest *request, gpointer data, const GError *error)
{
  if (error != NULL)
    {
      stop_reading (request);
      webmail_request_reply_error (request, error);
    }
  else
    webmail_connections_expect_body (request->message, request->received);
}

static void
on_chunk (SoupServerMessage *message, GBytes *chunk, WebmailRequest *request)
{
  Upload *upload = request->data;

  if (upload == NULL || request->gone)
    return;
  g_byte_array_append (upload->gathered, g_bytes_get_data (chunk, NULL), (guint) g_bytes_get_size (chunk));
  upload->size += g_bytes_get_size (chunk);
  if (upload->gathered->len < GATHER)
    return;
  webmail_connections_expect_nothing (message);
  webmail_people_run (request, write_gathered, on_written, upload, NULL);
}

char **
webmail_blob_split_path (WebmailRequest *request, const char *prefix, guint count)
{
  const char *path = g_uri_get_path (soup_server_message_get_uri (request->message));
  g_auto (GStrv) pieces = g_strsplit (path + strlen (prefix), "/", (int) count + 2);

  if (g_strv_length (pieces) != count)
    return NULL;
  for (guint i = 0; i < count; i++)
    {
      char *piece = g_uri_unescape_string (pieces[i], NULL);

      if (piece == NULL || !g_utf8_validate (piece, -1, NULL))
        {
          g_free (piece);
          return NULL;
        }
      g_free (pieces[i]);
      pieces[i] = piece;
    }

  return g_steal_pointer (&pieces);
}

/* What no message holds: there has to be room for it before it comes. */
static guint64
get_expected (WebmailRequest *request)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (request->message);
  guint64 length = 0;

  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH)
    length = (guint64) soup_message_headers_get_content_length (headers);

  return length > intimail_site_get_max_message_size (request->server->site) ? length : 0;
}

void
webmail_blob_begin_upload (WebmailRequest *request)
{
  g_auto (GStrv) pieces = webmail_blob_split_path (request, UPLOAD_PATH, 2);
  WebmailPeople *people = request->server->people;
  Upload *upload;

  if (pieces == NULL || *pieces[0] == '\0' || *pieces[1] != '\0')
    {
      webmail_request_reply_problem (request, SOUP_STATUS_NOT_FOUND, NULL, "There is no such account.");
      return;
    }
  if (!webmail_people_enter (people, "upload", request->uid, MAX_UPLOADS_OF_A_PERSON))
    {
      webmail_request_reply_limit (request, SOUP_STATUS_BAD_REQUEST, "maxConcurrentUpload");
      return;
    }
  upload = g_new0 (Upload, 1);
  upload->people = people;
  upload->uid = g_strdup (request->uid);
  upload->account_id = g_strdup (pieces[0]);
  upload->max_size = webmail_blob_get_max_upload (request->server->site);
  upload->expected = get_expected (request);
  upload->gathered = g_byte_array_new ();
  request->data = upload;
  request->free_data = upload_free;
  soup_message_body_set_accumulate (soup_server_message_get_request_body (request->message), FALSE);
  g_signal_connect (request->message, "got-chunk", G_CALLBACK (on_chunk), request);
}

static gboolean
finish_upload (IntimailJmap *jmap, gpointer data, GError **error)
{
  Upload *upload = data;

  if (!write_gathered (jmap, upload, error))
    return FALSE;
  upload->blob_id = intimail_upload_finish (upload->upload, error);

  return upload->blob_id != NULL;
}

static void
reply_upload (WebmailRequest *request, gpointer data, const GError *error)
{
  Upload *upload = data;
  const char *type = webmail_request_get_header (request, "Content-Type");
  g_autoptr (JsonObject) answer = json_object_new ();
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GBytes) body = NULL;
  char *text;

  if (error != NULL)
    {
      webmail_request_reply_error (request, error);
      return;
    }
  json_object_set_string_member (answer, "accountId", upload->account_id);
  json_object_set_string_member (answer, "blobId", upload->blob_id);
  json_object_set_string_member (answer, "type", type != NULL && g_utf8_validate (type, -1, NULL) ? type : "application/octet-stream");
  json_object_set_int_member (answer, "size", (gint64) upload->size);
  node = json_node_init_object (json_node_alloc (), answer);
  text = json_to_string (node, FALSE);
  body = g_bytes_new_take (text, strlen (text));
  webmail_request_reply (request, SOUP_STATUS_CREATED, "application/json", body);
}

void
webmail_blob_handle_upload (WebmailRequest *request)
{
  stop_reading (request);
  webmail_people_run (request, finish_upload, reply_upload, request->data, NULL);
}

typedef struct
{
  WebmailPeople *people;
  char *uid;
  char **pieces; /* account id, blob id, name */
  char *type;
  gboolean inline_wanted;
  GBytes *blob;
} Download;

static void
download_free (gpointer data)
{
  Download *download = data;

  webmail_people_leave (download->people, "download", download->uid);
  g_clear_pointer (&download->blob, g_bytes_unref);
  g_strfreev (download->pieces);
  g_free (download->uid);
  g_free (download->type);
  g_free (download);
}

static gboolean
load_blob (IntimailJmap *jmap, gpointer data, GError **error)
{
  Download *download = data;

  if (!check_account (jmap, download->pieces[0], error))
    return FALSE;
  download->blob = intimail_account_load_blob (intimail_jmap_get_account (jmap), download->pieces[1], error);

  return download->blob != NULL;
}

/* type "/" subtype of RFC 6838, and parameters without anything strange. */
static gboolean
is_media_type (const char *type)
{
  const char *slash = strchr (type, '/');

  if (slash == NULL || slash == type || slash[1] == '\0' || strlen (type) > 250)
    return FALSE;
  for (const char *c = type; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && strchr ("!#$&-^_.+/;= \"'", *c) == NULL)
      return FALSE;

  return TRUE;
}

/* A browser shows these and runs nothing in them. */
static gboolean
is_harmless (const char *type)
{
  static const char *const harmless[] = {
    "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp", "text/plain", NULL
  };
  g_autofree char *bare = g_ascii_strdown (type, (gssize) strcspn (type, "; "));

  return g_strv_contains (harmless, bare);
}

/* The name in ASCII for old clients, and as RFC 8187 writes it. */
char *
webmail_blob_make_disposition (const char *name, gboolean attachment)
{
  g_autofree char *encoded = g_uri_escape_string (name, "!#$&+^`|", FALSE);
  g_autoptr (GString) plain = g_string_new (NULL);

  for (const char *c = name; *c != '\0'; c = g_utf8_next_char (c))
    g_string_append_c (plain, g_ascii_isprint (*c) && strchr ("\"\\/%;", *c) == NULL ? *c : '_');
  if (*name == '\0')
    return g_strdup (attachment ? "attachment" : "inline");

  return g_strdup_printf ("%s; filename=\"%s\"; filename*=UTF-8''%s", attachment ? "attachment" : "inline", plain->str, encoded);
}

static void
reply_download (WebmailRequest *request, gpointer data, const GError *error)
{
  Download *download = data;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);
  gboolean attachment = !download->inline_wanted || !is_harmless (download->type);
  g_autofree char *disposition = NULL;

  if (error != NULL)
    {
      webmail_request_reply_error (request, error);
      return;
    }
  disposition = webmail_blob_make_disposition (download->pieces[2], attachment);
  soup_message_headers_replace (headers, "Content-Disposition", disposition);
  soup_message_headers_replace (headers, "Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'");
  /* The bytes of a blob never change (RFC 8620 section 6.2). */
  soup_message_headers_replace (headers, "Cache-Control", "private, immutable, max-age=31536000");
  webmail_request_reply (request, SOUP_STATUS_OK, download->type, download->blob);
}

/* The name may have slashes in it, as clients expand templates differently. */
static char **
split_download_path (WebmailRequest *request)
{
  const char *path = g_uri_get_path (soup_server_message_get_uri (request->message));
  g_auto (GStrv) pieces = g_strsplit (path + strlen (DOWNLOAD_PATH), "/", 3);

  if (g_strv_length (pieces) < 2 || *pieces[0] == '\0' || *pieces[1] == '\0')
    return NULL;
  for (guint i = 0; pieces[i] != NULL; i++)
    {
      char *piece = g_uri_unescape_string (pieces[i], NULL);

      if (piece == NULL || !g_utf8_validate (piece, -1, NULL))
        {
          g_free (piece);
          return NULL;
        }
      g_free (pieces[i]);
      pieces[i] = piece;
    }
  if (pieces[2] == NULL)
    {
      pieces = g_renew (char *, pieces, 4);
      pieces[2] = g_strdup ("");
      pieces[3] = NULL;
    }

  return g_steal_pointer (&pieces);
}

void
webmail_blob_handle_download (WebmailRequest *request)
{
  g_auto (GStrv) pieces = split_download_path (request);
  const char *query = g_uri_get_query (soup_server_message_get_uri (request->message));
  g_autoptr (GHashTable) parameters = query != NULL ? g_uri_parse_params (query, -1, "&", G_URI_PARAMS_WWW_FORM, NULL) : NULL;
  const char *type = parameters != NULL ? g_hash_table_lookup (parameters, "type") : NULL;
  const char *disposition = parameters != NULL ? g_hash_table_lookup (parameters, "disposition") : NULL;
  Download *download;

  if (pieces == NULL)
    {
      webmail_request_reply_problem (request, SOUP_STATUS_NOT_FOUND, NULL, "There is no such file.");
      return;
    }
  if (!webmail_people_enter (request->server->people, "download", request->uid, MAX_DOWNLOADS_OF_A_PERSON))
    {
      webmail_request_reply_limit (request, SOUP_STATUS_BAD_REQUEST, "maxConcurrentRequests");
      return;
    }
  download = g_new0 (Download, 1);
  download->people = request->server->people;
  download->uid = g_strdup (request->uid);
  download->pieces = g_steal_pointer (&pieces);
  download->type = g_strdup (type != NULL && is_media_type (type) ? type : "application/octet-stream");
  download->inline_wanted = g_strcmp0 (disposition, "attachment") != 0;
  webmail_people_run (request, load_blob, reply_download, download, download_free);
}
