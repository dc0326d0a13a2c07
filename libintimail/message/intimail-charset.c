/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-charset-private.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "message/intimail-charset-mistake-private.h"

#define REPLACEMENT "\357\277\275"

/* Of an HTML text that much is searched for its charset, as browsers do. */
#define MAX_META 1024

/* So many letters of UTF-8 in a row of such letters alone are no text in a charset that has two bytes for a
 * letter. */
#define LEAST_WIDE 4

/* Labels as mail has them, and the decoder for each. A label of a subset gets the
 * superset that its writers really use (GB 18030 for GB2312, Windows' own for
 * latin-1), as the WHATWG's encoding standard does. Nothing else reaches iconv():
 * a module of the C library is no place for a name chosen by a stranger. */
static const struct
{
  const char *label;
  const char *decoder;
} labels[] = {
  { "ansi_x3.4-1968", "US-ASCII" },
  { "ascii", "US-ASCII" },
  { "big5", "BIG5-HKSCS" },
  { "big5-hkscs", "BIG5-HKSCS" },
  { "cn-big5", "BIG5-HKSCS" },
  { "cp1250", "CP1250" },
  { "cp1251", "CP1251" },
  { "cp1252", "CP1252" },
  { "cp437", "CP437" },
  { "cp850", "CP850" },
  { "cp852", "CP852" },
  { "cp866", "CP866" },
  { "cp932", "CP932" },
  { "cp936", "GB18030" },
  { "cp949", "UHC" },
  { "cp950", "CP950" },
  { "euc-cn", "GB18030" },
  { "euc-jp", "EUC-JP-MS" },
  { "euc-kr", "UHC" },
  { "euc-tw", "EUC-TW" },
  { "euckr", "UHC" },
  { "gb18030", "GB18030" },
  { "gb2312", "GB18030" },
  { "gb_2312-80", "GB18030" },
  { "gbk", "GB18030" },
  { "ibm437", "CP437" },
  { "ibm850", "CP850" },
  { "ibm852", "CP852" },
  { "ibm866", "CP866" },
  { "iso-2022-cn", "ISO-2022-CN" },
  { "iso-2022-jp", "ISO-2022-JP" },
  { "iso-2022-jp-1", "ISO-2022-JP" },
  { "iso-2022-jp-2", "ISO-2022-JP" },
  { "iso-2022-jp-3", "ISO-2022-JP" },
  { "iso-2022-jp-ms", "ISO-2022-JP" },
  { "iso-2022-kr", "ISO-2022-KR" },
  { "iso-8859-1", "CP1252" },
  { "iso-8859-10", "ISO-8859-10" },
  { "iso-8859-11", "CP874" },
  { "iso-8859-13", "ISO-8859-13" },
  { "iso-8859-14", "ISO-8859-14" },
  { "iso-8859-15", "ISO-8859-15" },
  { "iso-8859-16", "ISO-8859-16" },
  { "iso-8859-2", "ISO-8859-2" },
  { "iso-8859-3", "ISO-8859-3" },
  { "iso-8859-4", "ISO-8859-4" },
  { "iso-8859-5", "ISO-8859-5" },
  { "iso-8859-6", "ISO-8859-6" },
  { "iso-8859-7", "ISO-8859-7" },
  { "iso-8859-8", "ISO-8859-8" },
  { "iso-8859-8-e", "ISO-8859-8" },
  { "iso-8859-8-i", "ISO-8859-8" },
  { "iso-8859-9", "CP1254" },
  { "iso8859-1", "CP1252" },
  { "iso8859-15", "ISO-8859-15" },
  { "iso8859-2", "ISO-8859-2" },
  { "iso_8859-1", "CP1252" },
  { "iso_8859-15", "ISO-8859-15" },
  { "iso_8859-2", "ISO-8859-2" },
  { "johab", "JOHAB" },
  { "koi8-r", "KOI8-R" },
  { "koi8-u", "KOI8-U" },
  { "ks_c_5601", "UHC" },
  { "ks_c_5601-1987", "UHC" },
  { "ksc5601", "UHC" },
  { "latin1", "CP1252" },
  { "latin2", "ISO-8859-2" },
  { "macintosh", "MACINTOSH" },
  { "ms_kanji", "CP932" },
  { "shift-jis", "CP932" },
  { "shift_jis", "CP932" },
  { "sjis", "CP932" },
  { "tis-620", "CP874" },
  { "unicode-1-1-utf-7", "UTF-7" },
  { "unicode-1-1-utf-8", "UTF-8" },
  { "us-ascii", "US-ASCII" },
  { "utf-16", "UTF-16" },
  { "utf-16be", "UTF-16BE" },
  { "utf-16le", "UTF-16LE" },
  { "utf-32", "UTF-32" },
  { "utf-7", "UTF-7" },
  { "utf-8", "UTF-8" },
  { "utf7", "UTF-7" },
  { "utf8", "UTF-8" },
  { "windows-1250", "CP1250" },
  { "windows-1251", "CP1251" },
  { "windows-1252", "CP1252" },
  { "windows-1253", "CP1253" },
  { "windows-1254", "CP1254" },
  { "windows-1255", "CP1255" },
  { "windows-1256", "CP1256" },
  { "windows-1257", "CP1257" },
  { "windows-1258", "CP1258" },
  { "windows-31j", "CP932" },
  { "windows-874", "CP874" },
  { "windows-936", "GB18030" },
  { "windows-949", "UHC" },
  { "x-euc-jp", "EUC-JP-MS" },
  { "x-gbk", "GB18030" },
  { "x-mac-roman", "MACINTOSH" },
  { "x-sjis", "CP932" },
  { "x-windows-949", "UHC" },
};

static int
find_label (const char *charset)
{
  int low = 0;
  int high = G_N_ELEMENTS (labels);

  while (low < high)
    {
      int middle = low + (high - low) / 2;
      int order = g_ascii_strcasecmp (charset, labels[middle].label);

      if (order == 0)
        return middle;
      if (order < 0)
        high = middle;
      else
        low = middle + 1;
    }

  return -1;
}

static int
find_charset (const char *charset)
{
  int found = find_label (charset);

  if (found < 0 && strchr (charset, '_') != NULL)
    {
      g_autofree char *dashed = g_strdelimit (g_strdup (charset), "_", '-');

      found = find_label (dashed);
    }

  return found;
}

const char *
intimail_charset_find_decoder (const char *charset)
{
  int found = find_charset (charset);

  return found >= 0 ? labels[found].decoder : NULL;
}

const char *
intimail_charset_find (const char *charset)
{
  int found = find_charset (charset);

  return found >= 0 ? labels[found].label : NULL;
}

const char *
intimail_charset_find_in_html (const char *data, gsize length)
{
  const char *end = data + MIN (length, MAX_META);
  const char *at = data;

  while (at != NULL && (at = memchr (at, '<', (gsize) (end - at))) != NULL)
    {
      const char *close;
      g_autofree char *tag = NULL;
      char *value;

      at++;
      if (end - at < 5 || g_ascii_strncasecmp (at, "meta ", 5) != 0)
        continue;
      close = memchr (at, '>', (gsize) (end - at));
      if (close == NULL)
        return NULL;
      tag = g_ascii_strdown (at, close - at);
      value = strstr (tag, "charset=");
      if (value == NULL)
        continue;
      value += strlen ("charset=");
      value += strspn (value, "\"' ");
      value[strcspn (value, "\"' ;/>")] = '\0';
      return intimail_charset_find (value);
    }

  return NULL;
}

static gboolean
is_ascii (const char *data, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if ((guchar) data[i] >= 0x80 || data[i] == '\0')
      return FALSE;

  return TRUE;
}

static char *
decode_utf8 (const char *data, gsize length, gboolean *problem)
{
  if (g_utf8_validate_len (data, length, NULL))
    {
      char *once = intimail_charset_mistake_undo_double (data, length);

      *problem = *problem || once != NULL;
      return once != NULL ? once : g_strndup (data, length);
    }

  *problem = TRUE;
  return g_utf8_make_valid (data, length);
}

static char *
decode_by_iconv (const char *decoder, const char *data, gsize length, gboolean *problem)
{
  iconv_t conversion = iconv_open ("UTF-8", decoder);
  g_autoptr (GString) text = g_string_sized_new (length + length / 2 + 1);
  char *in = (char *) data;
  gsize left = length;
  gboolean flushed = FALSE;

  if (conversion == (iconv_t) -1)
    {
      *problem = TRUE;
      return decode_utf8 (data, length, problem);
    }

  while (!flushed)
    {
      char buffer[4096];
      char *out = buffer;
      gsize room = sizeof buffer;
      gsize result;

      /* At the end, one more call lets a stateful decoder give what it keeps. */
      flushed = left == 0;
      result = iconv (conversion, flushed ? NULL : &in, &left, &out, &room);
      g_string_append_len (text, buffer, out - buffer);
      if (result != (gsize) -1 || errno == E2BIG || flushed)
        continue;
      *problem = TRUE;
      g_string_append (text, REPLACEMENT);
      if (errno == EILSEQ)
        {
          in++;
          left--;
        }
      else
        left = 0;
    }
  iconv_close (conversion);

  return decode_utf8 (text->str, text->len, problem);
}

/* The C library's ISO-2022-JP knows JIS X 0208 of 1990 alone; mail has the rows
 * that NEC and IBM added (circled digits, names). The same characters in EUC form
 * have a decoder that knows them. */
static GString *
shift_japanese (const char *data, gsize length)
{
  static const struct
  {
    const char *escape;
    int width;
    guchar lead;
  } sets[] = {
    { "(B", 1, 0 },
    { "(J", 1, 0 },
    { "(H", 1, 0 },
    { "(I", 1, 0x8e },
    { "$B", 2, 0 },
    { "$@", 2, 0 },
    { "$(B", 2, 0 },
    { "$(@", 2, 0 },
    { "$(D", 2, 0x8f },
  };
  GString *euc = g_string_sized_new (length + 1);
  int width = 1;
  guchar lead = 0;

  for (gsize i = 0; i < length;)
    {
      gsize known = 0;

      for (gsize s = 0; data[i] == '\033' && s < G_N_ELEMENTS (sets) && known == 0; s++)
        if (length - i > strlen (sets[s].escape) &&
            memcmp (data + i + 1, sets[s].escape, strlen (sets[s].escape)) == 0)
          {
            known = 1 + strlen (sets[s].escape);
            width = sets[s].width;
            lead = sets[s].lead;
          }
      if (known > 0)
        {
          i += known;
          continue;
        }
      /* A line end returns to ASCII, whatever was forgotten before it. */
      if (data[i] == '\n' || data[i] == '\r')
        width = 1, lead = 0;
      if ((guchar) data[i] <= 0x20 || (guchar) data[i] >= 0x7f || (width == 1 && lead == 0) ||
          length - i < (gsize) width)
        {
          g_string_append_c (euc, data[i++]);
          continue;
        }
      if (lead != 0)
        g_string_append_c (euc, (char) lead);
      for (int n = 0; n < width; n++)
        g_string_append_c (euc, (char) (data[i++] | 0x80));
    }

  return euc;
}

static char *
decode_japanese (const char *data, gsize length, gboolean *problem)
{
  g_autoptr (GString) euc = shift_japanese (data, length);

  return decode_by_iconv ("EUC-JP-MS", euc->str, euc->len, problem);
}

/* Text that claims nothing, or something unknown. */
static char *
decode_unlabelled (const char *data, gsize length, gboolean *problem)
{
  if (is_ascii (data, length))
    {
      /* The escapes of ISO-2022-JP are ASCII; nothing else has them. */
      if (memmem (data, length, "\033$B", 3) == NULL && memmem (data, length, "\033$@", 3) == NULL)
        return g_strndup (data, length);
      *problem = TRUE;
      return decode_japanese (data, length, problem);
    }
  *problem = TRUE;
  /* Eight-bit text without a name is UTF-8 when it can be. */
  if (g_utf8_validate_len (data, length, NULL))
    return g_strndup (data, length);

  return decode_by_iconv ("CP1252", data, length, problem);
}

/* In the wide charsets, in those of escapes and in UTF-7 no text looks like UTF-8. Of those with two bytes for
 * a letter, a short one may. */
static gboolean
is_mistaken (const char *decoder, const char *data, gsize length)
{
  static const char *const of_two_bytes[] = { "GB18030", "BIG5-HKSCS", "CP932", "CP950", "UHC", "EUC-JP-MS", "EUC-TW", "JOHAB", NULL };
  gboolean wide = g_strv_contains (of_two_bytes, decoder);

  if (g_str_has_prefix (decoder, "UTF-") || g_str_has_prefix (decoder, "ISO-2022-"))
    return FALSE;

  return intimail_charset_mistake_is_utf8 (data, length, wide ? LEAST_WIDE : 1);
}

char *
intimail_charset_decode (const char *charset, const char *data, gsize length, gboolean *problem)
{
  const char *decoder = charset == NULL || *charset == '\0' ? "US-ASCII" : intimail_charset_find_decoder (charset);
  gboolean wrong = decoder == NULL;
  char *text;

  /* Of no bytes there may be no address. */
  if (length == 0)
    data = "";
  if (decoder == NULL || strcmp (decoder, "US-ASCII") == 0)
    text = decode_unlabelled (data, length, &wrong);
  else if (strcmp (decoder, "UTF-8") == 0)
    text = decode_utf8 (data, length, &wrong);
  else if (is_mistaken (decoder, data, length))
    {
      wrong = TRUE;
      text = decode_utf8 (data, length, &wrong);
    }
  else if (strcmp (decoder, "ISO-2022-JP") == 0)
    text = decode_japanese (data, length, &wrong);
  else
    text = decode_by_iconv (decoder, data, length, &wrong);

  if (problem != NULL)
    *problem = wrong;
  return text;
}
