/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-tnef-private.h"

#include <stdio.h>
#include <string.h>

#include <ytnef.h>

#include <intimail/intimail-error.h>

#include "base/intimail-library-private.h"
#include "message/intimail-part-info-private.h"
#include "message/intimail-tnef-clean-private.h"

/* The binary interface that the headers belong to. */
#define NAME "libytnef.so.0"

#define FUNCTIONS(X)   \
  X (DecompressRTF)    \
  X (MAPIFindProperty) \
  X (TNEFFree)         \
  X (TNEFInitialize)   \
  X (TNEFParseMemory)

#define DECLARE(name) __typeof__ (name) *name;
#define ROW(name) INTIMAIL_LIBRARY_FUNCTION (library, name),

/* libytnef reads two bytes behind compressed RTF that ends with what came before. */
#define RTF_PADDING 4

static struct
{
  FUNCTIONS (DECLARE)
} library;

/* The message that is made. */
typedef struct
{
  GString *text;
  char *boundary;
} Writer;

static gboolean
load (GError **error)
{
  static const IntimailLibraryFunction functions[] = { FUNCTIONS (ROW) };
  static GMutex mutex;
  static gboolean ready;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);

  ready = ready || intimail_library_load (NAME, functions, G_N_ELEMENTS (functions), error);

  return ready;
}

/* ---- Writing ---- */

/* @name may be NULL, as @id may. */
static void
begin_part (Writer *writer, const char *type, const char *charset, const char *name, const char *id)
{
  g_string_append_printf (writer->text, "\r\n--%s\nContent-Type: %s", writer->boundary, type);
  if (charset != NULL)
    g_string_append_printf (writer->text, "; charset=%s", charset);
  g_string_append (writer->text, "\nContent-Transfer-Encoding: binary\n");
  if (id != NULL)
    g_string_append_printf (writer->text, "Content-ID: <%s>\n", id);
  if (name != NULL)
    {
      g_autofree char *escaped = g_uri_escape_string (name, NULL, FALSE);

      g_string_append_printf (writer->text, "Content-Disposition: attachment; filename*=utf-8''%s\n", escaped);
    }
  g_string_append_c (writer->text, '\n');
}

static void
add_part (Writer *writer, const char *type, const char *charset, const char *name, const char *id, const BYTE *data, gsize length)
{
  begin_part (writer, type, charset, name, id);
  g_string_append_len (writer->text, (const char *) data, (gssize) length);
}

/* ---- Reading ---- */

static const variableLength *
find (MAPIProps *properties, guint type, guint id)
{
  const variableLength *value = library.MAPIFindProperty (properties, PROP_TAG (type, id));

  return value != MAPI_UNDEFINED && value != NULL && value->data != NULL && value->size > 0 ? value : NULL;
}

static char *
get_text (MAPIProps *properties, guint id)
{
  const variableLength *value = find (properties, PT_STRING8, id);

  return value != NULL ? g_utf8_make_valid ((const char *) value->data, value->size) : NULL;
}

static void
add_rtf (Writer *writer, const variableLength *packed)
{
  g_autofree BYTE *padded = g_malloc0 ((gsize) packed->size + RTF_PADDING);
  variableLength input = { padded, packed->size };
  int size = 0;
  BYTE *text;

  memcpy (padded, packed->data, (gsize) packed->size);
  text = library.DecompressRTF (&input, &size);
  if (text == NULL)
    return;
  add_part (writer, "application/rtf", NULL, "message.rtf", NULL, text, (gsize) size);
  free (text);
}

static gsize
measure_text (const variableLength *text)
{
  return strnlen ((const char *) text->data, (gsize) text->size);
}

/* The same text in two forms. */
static void
add_alternatives (Writer *writer, const variableLength *plain, const char *charset, const variableLength *html, const char *html_charset)
{
  g_autofree char *boundary = g_uuid_string_random ();
  Writer inner = { writer->text, boundary };

  g_string_append_printf (writer->text, "\r\n--%s\nContent-Type: multipart/alternative; boundary=\"%s\"\n", writer->boundary, boundary);
  add_part (&inner, "text/plain", charset, NULL, NULL, plain->data, measure_text (plain));
  add_part (&inner, "text/html", html_charset, NULL, NULL, html->data, measure_text (html));
  g_string_append_printf (writer->text, "\r\n--%s--\n", boundary);
}

static void
add_texts (Writer *writer, TNEFStruct *tnef, guint codepage)
{
  MAPIProps *properties = &tnef->MapiProperties;
  g_autofree char *charset = intimail_tnef_clean_name_codepage (codepage);
  g_autofree char *html_charset = NULL;
  const variableLength *page = find (properties, PT_LONG, PR_INTERNET_CPID);
  const variableLength *html = find (properties, PT_BINARY, PR_BODY_HTML);
  const variableLength *rtf = find (properties, PT_BINARY, PR_RTF_COMPRESSED);
  const variableLength *plain = tnef->body.data != NULL ? &tnef->body : NULL;
  guint32 html_page = codepage;

  if (page != NULL)
    memcpy (&html_page, page->data, sizeof html_page);
  html_charset = intimail_tnef_clean_name_codepage (html_page);
  if (html == NULL)
    html = find (properties, PT_STRING8, PR_BODY_HTML);
  if (plain != NULL && html != NULL)
    add_alternatives (writer, plain, charset, html, html_charset);
  else if (html != NULL)
    add_part (writer, "text/html", html_charset, NULL, NULL, html->data, measure_text (html));
  else if (plain != NULL)
    add_part (writer, "text/plain", charset, NULL, NULL, plain->data, measure_text (plain));
  if (html == NULL && rtf != NULL)
    add_rtf (writer, rtf);
}

/* The type that is claimed; a part with parts of its own is made by nobody but the writer. */
static char *
choose_type (Attachment *file)
{
  g_autofree char *claimed = get_text (&file->MAPI, PR_ATTACH_MIME_TAG);

  if (claimed == NULL || !intimail_part_info_is_valid_type (claimed) || g_ascii_strncasecmp (claimed, "multipart/", 10) == 0)
    return g_strdup ("application/octet-stream");

  return g_steal_pointer (&claimed);
}

static char *
choose_name (Attachment *file)
{
  char *name = get_text (&file->MAPI, PR_ATTACH_LONG_FILENAME);

  if (name == NULL)
    name = get_text (&file->MAPI, PR_ATTACH_FILENAME);
  if (name == NULL && file->Title.data != NULL)
    name = g_utf8_make_valid ((const char *) file->Title.data, file->Title.size);

  return name != NULL ? name : g_strdup ("");
}

/* By which an HTML text names its pictures. */
static char *
choose_id (Attachment *file)
{
  g_autofree char *id = get_text (&file->MAPI, PR_ATTACH_CONTENT_ID);

  if (id == NULL || *id == '\0' || strlen (id) > 200)
    return NULL;
  for (const char *at = id; *at != '\0'; at++)
    if (!g_ascii_isgraph (*at) || *at == '<' || *at == '>')
      return NULL;

  return g_steal_pointer (&id);
}

static void
add_file (Writer *writer, Attachment *file)
{
  g_autofree char *type = choose_type (file);
  g_autofree char *name = choose_name (file);
  g_autofree char *id = choose_id (file);

  add_part (writer, type, NULL, name, id, file->FileData.data, (gsize) file->FileData.size);
}

static GBytes *
write_message (TNEFStruct *tnef, guint codepage)
{
  g_autofree char *boundary = g_uuid_string_random ();
  Writer writer = { g_string_new (NULL), boundary };

  g_string_append_printf (writer.text, "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"%s\"\n", boundary);
  add_texts (&writer, tnef, codepage);
  for (Attachment *file = tnef->starting_attach.next; file != NULL; file = file->next)
    add_file (&writer, file);
  g_string_append_printf (writer.text, "\r\n--%s--\n", boundary);

  return g_string_free_to_bytes (writer.text);
}

/* @content is let go as soon as it is read. */
static gboolean
clean (IntimailTnefClean *cleaned, GBytes *content, GError **error)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (content, &length);
  gboolean large = length > INTIMAIL_TNEF_MAX_SIZE;
  gboolean done = !large && intimail_tnef_clean (cleaned, data, length);

  g_bytes_unref (content);
  if (large)
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_TOO_LARGE,
                 "the part has %" G_GSIZE_FORMAT " bytes: of at most %d a winmail.dat is opened", length, INTIMAIL_TNEF_MAX_SIZE);
  else if (!done)
    g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED, "the part is no winmail.dat");

  return done;
}

GBytes *
intimail_tnef_to_message (GBytes *content, GError **error)
{
  g_auto (IntimailTnefClean) cleaned = { NULL, 0 };
  TNEFStruct tnef = { .Debug = 0 };
  GBytes *message = NULL;
  int status;

  if (!load (error))
    {
      g_bytes_unref (content);
      return NULL;
    }
  if (!clean (&cleaned, content, error))
    return NULL;
  library.TNEFInitialize (&tnef);
  tnef.Debug = 0;
  status = library.TNEFParseMemory (cleaned.bytes->data, cleaned.bytes->len, &tnef);
  if (status == 0)
    message = write_message (&tnef, cleaned.codepage);
  else
    g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "the winmail.dat cannot be read (%d)", status);
  library.TNEFFree (&tnef);

  return message;
}
