/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Attributes: [MS-OXTNEF] section 2.1; properties: its section 2.1.3.4.
 */

#include "message/intimail-tnef-clean-private.h"

#include <stdio.h>
#include <string.h>

#include <ytnef.h>

#include "message/intimail-charset-private.h"

#define SIGNATURE 0x223e9f78

/* libytnef reads nothing at all when one is longer, but for the bytes of a file. */
#define MAX_TITLE 100
#define MAX_TEXT 100000
#define MAX_PROPERTY 524288

/* The identifier of the interface before an object's bytes. */
#define OBJECT_HEAD 16

#define TNEF_TYPE "application/vnd.ms-tnef"

/* What libytnef is told of how an attachment looks, which nobody asks for. */
#define RENDDATA_SIZE 14

/* Compressed RTF names what came before, in a ring of bytes that begins with words that are often
 * needed. */
#define RTF_WINDOW 4096
#define RTF_BEFORE 207

typedef struct
{
  const guint8 *at;
  gsize left;
} Input;

typedef struct
{
  IntimailTnefClean *clean;
  guint n_files;
  gboolean named; /* of the file that is open */
  gboolean filled;
  gboolean described;
  gboolean has_text;
  gboolean has_properties;
  Input long_text; /* become files */
  Input long_html;
} State;

/* One property; its data are in the input. */
typedef struct
{
  guint16 type;
  guint16 id;
  gboolean single;
  gboolean own; /* has a name of its own: none of those that are looked for */
  const guint8 *data;
  gsize length;
} Property;

static const guint8 *
take (Input *input, gsize length)
{
  const guint8 *at = input->at;

  if (length > input->left)
    return NULL;
  input->at += length;
  input->left -= length;

  return at;
}

static gboolean
take_number (Input *input, gsize length, guint32 *number)
{
  const guint8 *bytes = take (input, length);

  *number = 0;
  for (gsize i = 0; bytes != NULL && i < length; i++)
    *number |= (guint32) bytes[i] << (8 * i);

  return bytes != NULL;
}

/* Values begin at a multiple of four bytes; what is missing at the end is no matter. */
static void
skip_padding (Input *input, gsize length)
{
  take (input, MIN ((4 - length % 4) % 4, input->left));
}

static void
append_number (GByteArray *to, gsize length, guint32 number)
{
  for (gsize i = 0; i < length; i++)
    {
      guint8 byte = (guint8) (number >> (8 * i));

      g_byte_array_append (to, &byte, 1);
    }
}

static void
append_attribute (GByteArray *to, guint8 level, guint32 id, const guint8 *data, gsize length)
{
  guint32 sum = 0;

  for (gsize i = 0; i < length; i++)
    sum += data[i];
  append_number (to, 1, level);
  append_number (to, 4, id);
  append_number (to, 4, (guint32) length);
  g_byte_array_append (to, data, (guint) length);
  append_number (to, 2, sum & 0xffff);
}

/* ---- Properties ---- */

static gboolean
skip_name (Input *input)
{
  guint32 kind;
  guint32 length;

  if (take (input, 16) == NULL || !take_number (input, 4, &kind) || !take_number (input, 4, &length))
    return FALSE;
  if (kind == 0)
    return TRUE;
  if (take (input, length) == NULL)
    return FALSE;
  skip_padding (input, length);

  return TRUE;
}

/* The bytes that a value of a type takes; 0 when it says so itself, -1 when there is no such
 * type. */
static int
get_width (guint type)
{
  switch (type)
    {
    case PT_I2:
    case PT_LONG:
    case PT_R4:
    case PT_ERROR:
    case PT_BOOLEAN:
      return 4;
    case PT_DOUBLE:
    case PT_CURRENCY:
    case PT_APPTIME:
    case PT_I8:
    case PT_SYSTIME:
      return 8;
    case PT_CLSID:
      return 16;
    case PT_STRING8:
    case PT_UNICODE:
    case PT_OBJECT:
    case PT_BINARY:
      return 0;
    default:
      return -1;
    }
}

/* The last of its values is the one that @property has then. */
static gboolean
take_values (Input *input, Property *property)
{
  int width = get_width (property->type);
  guint32 count = 1;

  if (width < 0 || ((width == 0 || !property->single) && !take_number (input, 4, &count)))
    return FALSE;
  property->single = property->single && count == 1;
  for (; count > 0; count--)
    {
      guint32 length = (guint32) width;

      if (width == 0 && !take_number (input, 4, &length))
        return FALSE;
      property->data = take (input, length);
      property->length = length;
      if (property->data == NULL)
        return FALSE;
      skip_padding (input, length);
    }

  return TRUE;
}

static gboolean
take_property (Input *input, Property *property)
{
  guint32 tag;

  if (!take_number (input, 4, &tag))
    return FALSE;
  *property = (Property){ .type = tag & 0xefff, .id = (guint16) (tag >> 16), .single = (tag & MV_FLAG) == 0 };
  property->own = property->id >= 0x8000;

  return (!property->own || skip_name (input)) && take_values (input, property);
}

/* Up to the NUL of a text, which has letters of so many bytes. */
static gsize
measure (const guint8 *data, gsize length, gsize width)
{
  static const guint8 nul[2];

  for (gsize i = 0; i + width <= length; i += width)
    if (memcmp (data + i, nul, width) == 0)
      return i;

  return length;
}

/* A name in UTF-8. */
static char *
decode_name (State *state, guint16 type, const guint8 *data, gsize length)
{
  gboolean wide = type == PT_UNICODE;
  g_autofree char *charset = wide ? g_strdup ("utf-16le") : intimail_tnef_clean_name_codepage (state->clean->codepage);

  return intimail_charset_decode (charset, (const char *) data, measure (data, length, wide ? 2 : 1), NULL);
}

static void
append_property (State *state, GByteArray *to, const Property *property)
{
  gboolean text = property->type == PT_UNICODE || (property->type == PT_STRING8 && property->id != PR_BODY_HTML);
  g_autofree char *decoded = text ? decode_name (state, property->type, property->data, property->length) : NULL;
  const guint8 *data = text ? (const guint8 *) decoded : property->data;
  gsize length = text ? strlen (decoded) : property->length;

  append_number (to, 4, PROP_TAG (text ? PT_STRING8 : property->type, property->id));
  if (get_width (property->type) == 0)
    {
      append_number (to, 4, 1);
      append_number (to, 4, (guint32) length);
    }
  g_byte_array_append (to, data, (guint) length);
  append_number (to, (4 - length % 4) % 4, 0);
}

/* Whether somebody looks for it, and it has the type that it should have. */
static gboolean
is_wanted (const Property *property, guint64 *seen, gboolean of_file)
{
  static const guint16 of_files[] = { PR_ATTACH_DATA_OBJ, PR_ATTACH_FILENAME, PR_ATTACH_LONG_FILENAME, PR_ATTACH_MIME_TAG, PR_ATTACH_CONTENT_ID };
  static const guint16 of_messages[] = { PR_RTF_COMPRESSED, PR_BODY_HTML, PR_INTERNET_CPID };
  const guint16 *ids = of_file ? of_files : of_messages;
  gsize n_ids = of_file ? G_N_ELEMENTS (of_files) : G_N_ELEMENTS (of_messages);

  if (property->own || !property->single)
    return FALSE;
  for (gsize i = 0; i < n_ids; i++)
    {
      gboolean number = property->id == PR_INTERNET_CPID;

      if (ids[i] != property->id || (*seen & (guint64) 1 << i) != 0)
        continue;
      if (number != (property->type == PT_LONG) || (!number && get_width (property->type) != 0))
        continue;
      /* It has a charset of its own. */
      if (property->id == PR_BODY_HTML && property->type == PT_UNICODE)
        continue;
      if (property->id == PR_RTF_COMPRESSED && !intimail_tnef_clean_is_rtf (property->data, property->length))
        continue;
      *seen |= (guint64) 1 << i;
      return property->length > 0;
    }

  return FALSE;
}

/* The bytes of a file among the properties: put where they may be long. An object has another
 * winmail.dat in it. */
static void
add_file_data (State *state, const Property *property, GByteArray *list)
{
  static const Property inside = { .type = PT_STRING8, .id = PR_ATTACH_MIME_TAG, .data = (const guint8 *) TNEF_TYPE, .length = sizeof TNEF_TYPE - 1 };
  gsize head = property->type == PT_OBJECT ? MIN (OBJECT_HEAD, property->length) : 0;

  if (head > 0)
    {
      append_property (state, list, &inside);
      list->data[0]++;
    }
  if (state->filled || property->length == head)
    return;
  state->filled = TRUE;
  append_attribute (state->clean->bytes, LVL_ATTACHMENT, attAttachData, property->data + head, property->length - head);
}

static void
add_property (State *state, const Property *property, GByteArray *list)
{
  /* A text may be longer in UTF-8. */
  gsize limit = property->type == PT_BINARY ? MAX_PROPERTY : MAX_PROPERTY / 4;

  if (property->id == PR_ATTACH_DATA_OBJ)
    add_file_data (state, property, list);
  else if (property->id == PR_BODY_HTML && property->length > limit)
    state->long_html = (Input){ property->data, property->length };
  else if (property->length <= limit)
    {
      append_property (state, list, property);
      list->data[0]++;
    }
}

/* The list anew with those that are wanted. */
static void
add_properties (State *state, const guint8 *data, gsize length, gboolean of_file)
{
  g_autoptr (GByteArray) list = g_byte_array_new ();
  Input input = { data, length };
  guint32 count;
  guint64 seen = 0;
  Property property;

  append_number (list, 4, 0);
  if (!take_number (&input, 4, &count))
    return;
  for (count = MIN (count, INTIMAIL_TNEF_MAX_PROPERTIES); count > 0 && take_property (&input, &property); count--)
    if (is_wanted (&property, &seen, of_file))
      add_property (state, &property, list);
  if (list->data[0] == 0)
    return;
  append_attribute (state->clean->bytes, of_file ? LVL_ATTACHMENT : LVL_MESSAGE, of_file ? attAttachment : attMAPIProps,
                    list->data, list->len);
}

/* ---- Attributes ---- */

static void
begin_file (State *state)
{
  static const guint8 nothing[RENDDATA_SIZE];

  state->n_files++;
  state->named = state->filled = state->described = FALSE;
  append_attribute (state->clean->bytes, LVL_ATTACHMENT, attAttachRenddata, nothing, sizeof nothing);
}

static void
add_title (State *state, const guint8 *data, gsize length)
{
  g_autofree char *title = decode_name (state, PT_STRING8, data, length);

  /* The whole name is among the properties. */
  if (strlen (title) > MAX_TITLE)
    *g_utf8_find_prev_char (title, title + MAX_TITLE + 1) = '\0';
  if (*title != '\0')
    append_attribute (state->clean->bytes, LVL_ATTACHMENT, attAttachTitle, (const guint8 *) title, strlen (title));
  state->named = TRUE;
}

static void
add_to_file (State *state, guint32 id, const guint8 *data, gsize length)
{
  if (state->n_files == 0)
    return;
  if (id == attAttachTitle && !state->named)
    add_title (state, data, length);
  else if (id == attAttachData && !state->filled)
    {
      state->filled = TRUE;
      append_attribute (state->clean->bytes, LVL_ATTACHMENT, id, data, length);
    }
  else if (id == attAttachment && !state->described)
    {
      state->described = TRUE;
      add_properties (state, data, length, TRUE);
    }
}

/* FALSE when the rest is not to be read. */
static gboolean
add_attribute (State *state, guint32 id, const guint8 *data, gsize length)
{
  Input input = { data, length };
  guint32 codepage;

  if (id == attAttachRenddata)
    {
      if (state->n_files >= INTIMAIL_TNEF_MAX_FILES)
        return FALSE;
      begin_file (state);
    }
  else if (length == 0)
    return TRUE;
  else if (id == attOemCodepage && take_number (&input, 4, &codepage))
    state->clean->codepage = codepage;
  else if (id == attBody && !state->has_text)
    {
      state->has_text = TRUE;
      if (length > MAX_TEXT)
        state->long_text = (Input){ data, length };
      else
        append_attribute (state->clean->bytes, LVL_MESSAGE, attBody, data, length);
    }
  else if (id == attMAPIProps && !state->has_properties)
    {
      state->has_properties = TRUE;
      add_properties (state, data, length, FALSE);
    }
  else
    add_to_file (state, id, data, length);

  return TRUE;
}

/* A text that libytnef would stop at. */
static void
add_long_text (State *state, const char *name, const char *type, const Input *text)
{
  g_autoptr (GByteArray) list = g_byte_array_new ();
  const Property tag = { .type = PT_STRING8, .id = PR_ATTACH_MIME_TAG, .data = (const guint8 *) type, .length = strlen (type) };

  if (text->left == 0)
    return;
  begin_file (state);
  add_title (state, (const guint8 *) name, strlen (name));
  append_attribute (state->clean->bytes, LVL_ATTACHMENT, attAttachData, text->at, text->left);
  append_number (list, 4, 1);
  append_property (state, list, &tag);
  append_attribute (state->clean->bytes, LVL_ATTACHMENT, attAttachment, list->data, list->len);
}

gboolean
intimail_tnef_clean (IntimailTnefClean *self, const guint8 *data, gsize length)
{
  Input input = { data, length };
  State state = { .clean = self };
  gboolean more = TRUE;
  guint32 number;

  *self = (IntimailTnefClean){ g_byte_array_new (), 0 };
  if (!take_number (&input, 4, &number) || number != SIGNATURE || !take_number (&input, 2, &number))
    return FALSE;
  append_number (self->bytes, 4, SIGNATURE);
  append_number (self->bytes, 2, 1);
  while (more)
    {
      guint32 id;
      guint32 size;
      const guint8 *content;

      if (take (&input, 1) == NULL || !take_number (&input, 4, &id) || !take_number (&input, 4, &size))
        break;
      content = take (&input, size);
      /* The sum behind it is made anew: one that is wrong is no reason to show nothing. */
      more = content != NULL && add_attribute (&state, id, content, size) && take (&input, 2) != NULL;
    }
  add_long_text (&state, "message.txt", "text/plain", &state.long_text);
  add_long_text (&state, "message.html", "text/html", &state.long_html);

  return TRUE;
}

char *
intimail_tnef_clean_name_codepage (guint codepage)
{
  static const struct
  {
    guint codepage;
    const char *charset;
  } names[] = {
    { 932, "shift_jis" },
    { 936, "gb18030" },
    { 949, "euc-kr" },
    { 950, "big5" },
    { 20127, "us-ascii" },
    { 20866, "koi8-r" },
    { 21866, "koi8-u" },
    { 28591, "iso-8859-1" },
    { 28592, "iso-8859-2" },
    { 28605, "iso-8859-15" },
    { 50220, "iso-2022-jp" },
    { 51932, "euc-jp" },
    { 54936, "gb18030" },
    { 65001, "utf-8" },
  };

  if (codepage == 0)
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (names[i].codepage == codepage)
      return g_strdup (names[i].charset);

  return g_strdup_printf ("%s%u", codepage == 874 || (codepage >= 1250 && codepage <= 1258) ? "windows-" : "cp", codepage);
}

void
intimail_tnef_clean_clear (IntimailTnefClean *self)
{
  g_clear_pointer (&self->bytes, g_byte_array_unref);
}

/* Whether two bytes name something among the last 4,096 of @done bytes. */
static gboolean
is_behind (const guint8 *piece, gsize done)
{
  gsize place = (gsize) piece[0] << 4 | piece[1] >> 4;

  return place < done % RTF_WINDOW || done >= RTF_WINDOW;
}

/* Goes through it as it is unpacked: flags for eight pieces each, a letter or two bytes that
 * name what came before ([MS-OXRTFCP] section 2.1.3). */
gboolean
intimail_tnef_clean_is_rtf (const guint8 *data, gsize length)
{
  Input input = { data, length };
  guint32 compressed;
  guint32 size;
  guint32 magic;
  guint32 flags = 0;
  gsize done = RTF_BEFORE;

  if (length < 20 || !take_number (&input, 4, &compressed) || !take_number (&input, 4, &size) || !take_number (&input, 4, &magic))
    return FALSE;
  if (compressed != length - 4 || magic != 0x75465a4c || size == 0 || size > INTIMAIL_TNEF_MAX_RTF)
    return FALSE;
  take (&input, 4);
  for (guint n = 0; done < RTF_BEFORE + size; n++)
    {
      const guint8 *piece;

      if (n % 8 == 0 && !take_number (&input, 1, &flags))
        return FALSE;
      piece = take (&input, (flags & 1) != 0 ? 2 : 1);
      if (piece == NULL || ((flags & 1) != 0 && !is_behind (piece, done)))
        return FALSE;
      done += (flags & 1) != 0 ? (piece[1] & 15) + 2 : 1;
      flags >>= 1;
    }

  return TRUE;
}
