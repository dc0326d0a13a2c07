/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <glib.h>

#include "message/intimail-encoded-word-private.h"
#include "message/intimail-gmime-private.h"
#include "message/intimail-parameters-private.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_text (const char *text)
{
  if (!g_utf8_validate (text, -1, NULL))
    g_error ("text is not UTF-8");
}

/* No word hides a line end, whatever it claims to be. */
static void
decode_words (const char *text)
{
  g_autofree char *decoded = intimail_encoded_words_decode (text);
  g_autofree char *anywhere = intimail_encoded_words_decode_anywhere (text);
  g_autofree char *composed = intimail_encoded_words_compose (text);

  check_text (decoded);
  check_text (anywhere);
  check_text (composed);
  if (strpbrk (text, "\r\n") == NULL && (strpbrk (decoded, "\r\n") != NULL || strpbrk (anywhere, "\r\n") != NULL))
    g_error ("a word hid a line end");
}

/* What GMime makes of parameters is what the index makes of them. */
static void
decode_parameters (const char *text)
{
  g_autoptr (IntimailParameters) ours = intimail_parameters_new (text);
  g_autoptr (IntimailParameters) theirs = intimail_parameters_new (text);
  g_autofree char *field = NULL;
  g_autoptr (GString) proper = g_string_new ("text/plain");
  g_autofree char *name = intimail_parameters_get (ours, "name");
  g_autofree char *other = NULL;
  g_autoptr (GMimeStream) stream = NULL;
  g_autoptr (GMimeParser) parser = NULL;
  g_autoptr (GMimeObject) object = NULL;

  check_text (intimail_parameters_get_value (ours));
  if (name != NULL)
    check_text (name);
  intimail_parameters_append_proper (theirs, "name", proper);
  if (strpbrk (proper->str, "\r\n") != NULL)
    return;
  field = g_strconcat ("Content-Type: ", proper->str, "\n\n", NULL);
  intimail_gmime_require ();
  stream = intimail_gmime.g_mime_stream_mem_new_with_buffer (field, strlen (field));
  parser = intimail_gmime.g_mime_parser_new_with_stream (stream);
  object = intimail_gmime.g_mime_parser_construct_part (parser, NULL);
  intimail_parameters_set_list (theirs, intimail_gmime.g_mime_content_type_get_parameters (intimail_gmime.g_mime_object_get_content_type (object)));
  other = intimail_parameters_get (theirs, "name");
  if (g_strcmp0 (name, other) != 0)
    g_error ("\"%s\" is a name for us, \"%s\" for GMime", name, other);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_utf8_make_valid ((const char *) data, (gssize) size);

  decode_words (text);
  decode_parameters (text);

  return 0;
}
