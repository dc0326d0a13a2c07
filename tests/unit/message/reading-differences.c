/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The differences between GMime 3.2 and IntimailMessage: first kinds of them, each
 * with a check that the two readings differ in just that; then single mails.
 */

#include "reading-differences.h"

#include <stdlib.h>
#include <string.h>

#include <intimail/intimail.h>

#define HOUR 3600

/* What both of them read of one item, and where they read it. */
typedef struct
{
  const char *path;
  const char *raw; /* the last field, for an item of the header */
  guint n_fields;  /* how many fields have that name */
  Reading *our_reading;
  Reading *their_reading;
  const char *ours;
  const char *theirs;
} Difference;

typedef struct
{
  const char *reason;
  gboolean (*matches) (const Difference *difference);
} Kind;

static gboolean
is_match (const char *text, const char *pattern)
{
  return g_regex_match_simple (pattern, text, G_REGEX_CASELESS | G_REGEX_RAW, 0);
}

static gboolean
is_raw (const Difference *difference)
{
  return is_match (difference->raw, "[\\x80-\\xff]");
}

static gboolean
is_labelled_narrowly (const Difference *difference)
{
  return is_match (difference->raw, "=\\?(gb2312|big5|ks_c_5601-1987|iso-2022-jp|iso-8859-1|windows-874|koi8_r)\\?");
}

static gboolean
is_inside_word (const Difference *difference)
{
  return strstr (difference->ours, "=?") != NULL && strstr (difference->theirs, "=?") == NULL;
}

/* What is not ASCII, and the question mark that stands for it, left out. */
static gboolean
is_same_ascii (const char *one, const char *other)
{
  for (;; one++, other++)
    {
      while ((guchar) *one >= 0x80 || *one == '?')
        one++;
      while ((guchar) *other >= 0x80 || *other == '?')
        other++;
      if (*one != *other)
        return FALSE;
      if (*one == '\0')
        return TRUE;
    }
}

static gboolean
is_charset_guessed (const Difference *difference)
{
  return is_raw (difference) && is_same_ascii (difference->ours, difference->theirs);
}

static gboolean
is_charset_widened (const Difference *difference)
{
  return is_labelled_narrowly (difference) && is_same_ascii (difference->ours, difference->theirs);
}

/* Addresses. */

static gboolean
has_several_fields (const Difference *difference)
{
  return difference->n_fields > 1 && g_str_has_suffix (difference->theirs, difference->ours);
}

/* The address of "Name <address>". */
static char *
cut_email (const char *address)
{
  const char *open = strstr (address, " <");

  return open != NULL ? g_strndup (open + 2, strlen (open + 2) - 1) : g_strdup ("");
}

static gboolean
is_proper (const char *address)
{
  g_autofree char *email = cut_email (address);

  return is_match (email, "^(\"[^\"]*\"|[^][ \"(),:;<>@\\\\.\\x80-\\xff]+(\\.[^][ \"(),:;<>@\\\\.\\x80-\\xff]+)*)"
                          "@(\\[[^]]*\\]|[a-z0-9-]+(\\.[a-z0-9-]+)*)$");
}

/* GMime's addresses are ours without those that are none. */
static gboolean
drops_improper (const Difference *difference)
{
  g_auto (GStrv) ours = g_regex_split_simple ("(?<=>), ", difference->ours, 0, 0);
  g_auto (GStrv) theirs = g_regex_split_simple ("(?<=>), ", difference->theirs, 0, 0);
  gsize n = 0;

  for (gsize i = 0; ours[i] != NULL; i++)
    if (theirs[n] != NULL && strcmp (ours[i], theirs[n]) == 0)
      n++;
    else if (is_proper (ours[i]))
      return FALSE;

  return theirs[n] == NULL;
}

static gboolean
has_space_in_brackets (const Difference *difference)
{
  return *difference->theirs == '\0' && is_match (difference->raw, "^\\s*<[^<>@\"\\s]+ [^<>@\"\\s]+@[^<>@\\s]+>\\s*$");
}

static gboolean
has_two_at_signs (const Difference *difference)
{
  return is_match (difference->raw, "^[^,;]*[a-z]@[a-z]+@[a-z0-9.]+>?\\s*$") && strchr (difference->theirs, ',') == NULL;
}

static gboolean
is_no_message_id (const Difference *difference)
{
  return !is_match (difference->raw, "^\\s*<[^][\\s<>@\"\\\\(),:;]+@([a-z0-9-]+(\\.[a-z0-9-]+)*|\\[[^][\\s]*\\])>\\s*$");
}

/* Dates. */

static gint64
get_seconds_apart (const Difference *difference)
{
  return g_ascii_strtoll (difference->theirs, NULL, 10) - g_ascii_strtoll (difference->ours, NULL, 10);
}

static gboolean
counts_from_1900 (const Difference *difference)
{
  return *difference->theirs == '\0' && is_match (difference->raw, "[a-z]{3} 01\\d\\d ");
}

static gboolean
has_half_day (const Difference *difference)
{
  return ABS (get_seconds_apart (difference)) == 12 * HOUR && is_match (difference->raw, ":\\d\\d [ap]m\\b");
}

static gboolean
has_zone_of_three_digits (const Difference *difference)
{
  return get_seconds_apart (difference) == -6 * HOUR && is_match (difference->raw, ":\\d\\d -600\\s*$");
}

static gboolean
has_offset_of_gmt (const Difference *difference)
{
  return get_seconds_apart (difference) == HOUR && is_match (difference->raw, " GMT\\+1\\s*$");
}

/* "+-0500": of a program that writes the plus sign itself. */
static gboolean
has_two_signs (const Difference *difference)
{
  const char *sign = strstr (difference->raw, " +-");

  return sign != NULL && get_seconds_apart (difference) == -HOUR * (atoi (sign + 3) / 100);
}

/* Trees. */

static gboolean
is_child_line (const char *line, const char *parent)
{
  return line != NULL && *line != '\0' && atoi (line) > atoi (parent);
}

/* GMime's multipart without parts is our text. */
static gboolean
is_childless (const Difference *difference)
{
  g_auto (GStrv) ours = g_strsplit (difference->ours, "\n", -1);
  g_auto (GStrv) theirs = g_strsplit (difference->theirs, "\n", -1);

  for (gsize i = 0;; i++)
    {
      if (ours[i] == NULL || theirs[i] == NULL)
        return ours[i] == theirs[i];
      if (strcmp (ours[i], theirs[i]) != 0 &&
          (!g_str_has_suffix (ours[i], " text/plain") || strstr (theirs[i], " multipart/") == NULL ||
           atoi (ours[i]) != atoi (theirs[i]) || is_child_line (theirs[i + 1], theirs[i])))
        return FALSE;
    }
}

/* GMime holds a message that is base64 to be content. */
static gboolean
is_encoded_message (const Difference *difference)
{
  g_auto (GStrv) ours = g_strsplit (difference->ours, "\n", -1);
  g_auto (GStrv) theirs = g_strsplit (difference->theirs, "\n", -1);
  gsize i = 0;

  for (gsize n = 0; theirs[n] != NULL; n++)
    {
      if (g_strcmp0 (ours[i], theirs[n]) != 0)
        return FALSE;
      i++;
      if (g_str_has_suffix (theirs[n], " message/rfc822") && !is_child_line (theirs[n + 1], theirs[n]))
        while (is_child_line (ours[i], theirs[n]))
          i++;
    }

  return ours[i] == NULL;
}

/* GMime leaves out a part of which there is nothing, between two delimiters. */
static gboolean
is_empty_part (const Difference *difference)
{
  g_auto (GStrv) ours = g_strsplit (difference->ours, "\n", -1);
  g_auto (GStrv) theirs = g_strsplit (difference->theirs, "\n", -1);
  GPtrArray *leaves = difference->our_reading->leaves;
  gsize n_empty = 0;
  gsize n = 0;

  for (guint i = 0; i < leaves->len; i++)
    n_empty += g_bytes_get_size (((ReadingLeaf *) g_ptr_array_index (leaves, i))->content) == 0;
  for (gsize i = 0; ours[i] != NULL; i++)
    if (g_strcmp0 (ours[i], theirs[n]) == 0)
      n++;
    else if (!g_str_has_suffix (ours[i], " text/plain") || n_empty-- == 0)
      return FALSE;

  return theirs[n] == NULL;
}

static gboolean
has_other_tree (const Difference *difference)
{
  return strcmp (difference->our_reading->items[READING_TREE], difference->their_reading->items[READING_TREE]) != 0;
}

/* Contents. */

/* White space at the ends of lines left out. */
static GBytes *
trim_lines (GBytes *bytes)
{
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  GByteArray *array = g_byte_array_new ();

  for (gsize i = 0; i <= length; i++)
    {
      if (i == length || data[i] == '\n')
        while (array->len > 0 && strchr (" \t\r", array->data[array->len - 1]) != NULL && array->data[array->len - 1] != 0)
          g_byte_array_set_size (array, array->len - 1);
      if (i < length)
        g_byte_array_append (array, (const guint8 *) data + i, 1);
    }

  return g_byte_array_free_to_bytes (array);
}

static gboolean
is_trimmed_leaf (const ReadingLeaf *our, const ReadingLeaf *their)
{
  g_autoptr (GBytes) ours = trim_lines (our->content);
  g_autoptr (GBytes) theirs = trim_lines (their->content);

  return g_strcmp0 (their->transfer, "quoted-printable") == 0 && g_bytes_equal (ours, theirs);
}

/* White space and equals signs, encoded or not, left out. */
static char *
drop_equals_signs (GBytes *bytes)
{
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  GString *text = g_string_sized_new (length);

  for (gsize i = 0; i < length; i++)
    {
      if (text->len > 0 && data[i] == '3' && i + 1 < length && data[i + 1] == 'D')
        i++;
      else if (data[i] != '=' && !g_ascii_isspace (data[i]))
        g_string_append_c (text, data[i]);
    }

  return g_string_free (text, FALSE);
}

static gboolean
is_unescaped_leaf (const ReadingLeaf *our, const ReadingLeaf *their)
{
  g_autofree char *ours = drop_equals_signs (our->content);
  g_autofree char *theirs = drop_equals_signs (their->content);

  return g_strcmp0 (their->transfer, "quoted-printable") == 0 && strcmp (ours, theirs) == 0;
}

/* Whether one is the start of the other, which has @n bytes more at most. */
static gboolean
is_longer (GBytes *bytes, GBytes *start, gsize n)
{
  gsize length;
  gsize start_length;
  gconstpointer data = g_bytes_get_data (bytes, &length);
  gconstpointer start_data = g_bytes_get_data (start, &start_length);

  return length > start_length && length <= start_length + n &&
         (start_length == 0 || memcmp (data, start_data, start_length) == 0);
}

static gboolean
is_unpadded_leaf (const ReadingLeaf *our, const ReadingLeaf *their)
{
  return g_strcmp0 (their->transfer, "base64") == 0 && is_longer (our->content, their->content, 2);
}

static gboolean
all_leaves_match (const Difference *difference, gboolean (*matches) (const ReadingLeaf *our, const ReadingLeaf *their))
{
  GPtrArray *ours = difference->our_reading->leaves;
  GPtrArray *theirs = difference->their_reading->leaves;

  if (ours->len != theirs->len)
    return FALSE;
  for (guint i = 0; i < ours->len; i++)
    {
      const ReadingLeaf *our = g_ptr_array_index (ours, i);
      const ReadingLeaf *their = g_ptr_array_index (theirs, i);

      if (!g_bytes_equal (our->content, their->content) && !matches (our, their))
        return FALSE;
    }

  return TRUE;
}

static gboolean
has_trailing_space (const Difference *difference)
{
  return all_leaves_match (difference, is_trimmed_leaf);
}

static gboolean
is_unpadded (const Difference *difference)
{
  return all_leaves_match (difference, is_unpadded_leaf);
}

static gboolean
is_unescaped (const Difference *difference)
{
  return all_leaves_match (difference, is_unescaped_leaf);
}

/* GMime takes each backslash in quotes for an escape. */
static gboolean
is_path_of_windows (const Difference *difference)
{
  g_auto (GStrv) pieces = g_strsplit (difference->ours, "\\", -1);
  g_autofree char *joined = g_strjoinv ("", pieces);

  return g_strcmp0 (joined, difference->theirs) == 0;
}

/* GMime reads no message at all. */
static gboolean
is_nothing (const Difference *difference)
{
  return *difference->their_reading->items[READING_TREE] == '\0' && *difference->theirs == '\0';
}

#define NOTHING                                                                                                           \
  {                                                                                                                       \
    "a message that does not begin with a field is a text, or has white space before it; GMime reads nothing", is_nothing \
  }
#define GUESS                                                                                                                      \
  {                                                                                                                                \
    "8-bit text without a charset: we guess it (UTF-8, or one that the letters fit), GMime takes Windows-1252", is_charset_guessed \
  }
#define WIDER                                                                                                                     \
  {                                                                                                                               \
    "a charset by its name: we decode what its writers use (the superset of Windows), GMime the letter of it", is_charset_widened \
  }
#define INSIDE                                                                                                      \
  {                                                                                                                 \
    "an encoded word glued to other text is no encoded word (RFC 2047 section 5); GMime decodes it", is_inside_word \
  }

static const Kind address_kinds[] = {
  NOTHING,
  GUESS,
  WIDER,
  INSIDE,
  { "a field twice: we take the last one (RFC 8621 section 4.1.2), GMime joins them", has_several_fields },
  { "what is no address: we show it, GMime drops it", drops_improper },
  { "white space in brackets is no part of an address; GMime drops that address", has_space_in_brackets },
  { "a@b@c: the domain is behind the last one for us; GMime stops at it", has_two_at_signs },
  { NULL, NULL },
};

static const Kind subject_kinds[] = { NOTHING, GUESS, WIDER, INSIDE, { NULL, NULL } };

static const Kind message_id_kinds[] = {
  NOTHING,
  { "no msg-id of RFC 5322: we take what stands in brackets, GMime what it can read", is_no_message_id },
  { NULL, NULL },
};

static const Kind date_kinds[] = {
  NOTHING,
  { "the year 0102 is 2002, GMime reads no date", counts_from_1900 },
  { "GMime reads 1:27 PM as 1:27", has_half_day },
  { "GMime reads -600 as UTC", has_zone_of_three_digits },
  { "GMime reads GMT+1 as UTC", has_offset_of_gmt },
  { "GMime reads +-0500 as UTC", has_two_signs },
  { NULL, NULL },
};

static const Kind tree_kinds[] = {
  NOTHING,
  { "a multipart without any part is a text that can be read; GMime shows nothing", is_childless },
  { "a message in base64 is a message; GMime takes it for content", is_encoded_message },
  { "between two delimiters there is a part, even if it is empty; GMime leaves it out", is_empty_part },
  { NULL, NULL },
};

static const Kind content_kinds[] = {
  { "other trees", has_other_tree },
  { "white space before the end of a quoted-printable line is deleted (RFC 2045 section 6.7); GMime keeps it", has_trailing_space },
  { "an equals sign that is not escaped: we keep it, GMime takes two for one of another kind", is_unescaped },
  { "base64 that ends early: we keep the last whole bytes, GMime drops them", is_unpadded },
  { NULL, NULL },
};

static const Kind name_kinds[] = {
  { "other trees", has_other_tree },
  { "a backslash in a path of Windows is part of it; GMime drops it", is_path_of_windows },
  { NULL, NULL },
};

static const struct
{
  const char *field;
  const Kind *kinds;
} items[READING_N_ITEMS] = {
  [READING_FROM] = { "From", address_kinds },
  [READING_TO] = { "To", address_kinds },
  [READING_CC] = { "Cc", address_kinds },
  [READING_SUBJECT] = { "Subject", subject_kinds },
  [READING_MESSAGE_ID] = { "Message-ID", message_id_kinds },
  [READING_DATE] = { "Date", date_kinds },
  [READING_TREE] = { NULL, tree_kinds },
  [READING_CONTENT] = { NULL, content_kinds },
  [READING_NAMES] = { NULL, name_kinds },
};

#define ANY_ITEM READING_N_ITEMS
#define HEADER_ENDS "a line that is no field ends the header and is text to be read; GMime skips it"
#define ONLY_TEXT "Content-Type: text is text/plain; GMime takes it for application/octet-stream"
#define SPECIALS "an encoded word may hold what RFC 2047 section 5 forbids in it; GMime reads no address"
#define NO_BRACKETS "a name and an address without brackets are that; GMime reads no address"

/* Single mails, by the end of their path. */
static const struct
{
  const char *path;
  ReadingItem item;
  const char *reason;
} mails[] = {
  { "*/hdr-fakeout.msg", READING_CONTENT, HEADER_ENDS },
  { "*/basic-plain-with-bad-header-separator.msg", READING_CONTENT, HEADER_ENDS },
  { "*/gh-965-utf8.eml", READING_CONTENT, HEADER_ENDS },
  { "*/msg_35.txt", READING_CONTENT, HEADER_ENDS },
  { "*/msg_47.txt", READING_CONTENT, HEADER_ENDS },
  { "*/issue84", ANY_ITEM, HEADER_ENDS },
  { "*/msg_47.txt", READING_DATE, "00:01+0000 has a minute for us, none for GMime" },
  { "*/multi-digest.msg", READING_TREE, ONLY_TEXT },
  { "*/msg_14.txt", READING_TREE, ONLY_TEXT },
  { "*/msg_38.txt", READING_TREE, "a part that does not begin with a field is a text; GMime leaves it out" },
  { "*/ending-boundaries.msg", READING_TREE, "text behind a delimiter is ignored (RFC 2046 section 5.1.2); GMime sees no delimiter" },
  { "*/very-very-long-boundary.msg", READING_TREE, "a boundary may be too long and still be one; GMime cuts it" },
  { "*/mbox-simple/3", READING_TREE, "an empty boundary is none: any signature would be a delimiter" },
  { "*/headers.txt", READING_FROM, SPECIALS },
  { "*/corpus/message/header", READING_FROM, "a comment before an address is its name when there is none; GMime takes one behind it" },
  { "*/m0124", READING_FROM, "quotation marks in an encoded word are part of the name; GMime ends at them" },
  { "*/2765-korean.eml", READING_FROM, NO_BRACKETS },
  { "*/2765-korean.eml", READING_TO, NO_BRACKETS },
  { "*/issue250", READING_NAMES, "a line feed in an encoded file name is dropped; GMime keeps it" },
  { "*/hard-ham-1/00042.*", READING_SUBJECT, "a letter that ISO-2022-JP has and JIS X 0208 has not; GMime ends at it" },
  { "*/easy-ham-1/00714.*", READING_CC, "a control character is no part of an address" },
  { "*/spam-2/01392.*", READING_TO, "web.de. is written with its last dot; GMime drops it" },
  { "*/spam-2/00557.*", READING_FROM, "\"a\"@b: <c@d>: the address is the one in brackets; GMime takes both" },
  { "*/spam-2/00528.*", READING_TO, "<a@b>text: the text is the name; GMime takes it for a second address" },
};

static char *
find_raw (GBytes *bytes, const char *name, guint *n)
{
  g_autoptr (IntimailMessage) message = intimail_message_new_from_bytes (bytes, NULL);
  GPtrArray *fields = intimail_message_get_headers (message);
  char *raw = NULL;

  for (guint i = 0; name != NULL && i < fields->len; i++)
    {
      IntimailField *field = g_ptr_array_index (fields, i);

      if (g_ascii_strcasecmp (intimail_field_get_name (field), name) != 0)
        continue;
      g_free (raw);
      raw = intimail_field_get_raw (field);
      ++*n;
    }

  return raw != NULL ? raw : g_strdup ("");
}

const char *
reading_explain_difference (const char *path, GBytes *message, ReadingItem item, Reading *ours, Reading *theirs)
{
  Difference difference = { path, NULL, 0, ours, theirs, ours->items[item], theirs->items[item] };
  g_autofree char *raw = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (mails); i++)
    if ((mails[i].item == item || mails[i].item == ANY_ITEM) && g_pattern_match_simple (mails[i].path, path))
      return mails[i].reason;

  difference.raw = raw = find_raw (message, items[item].field, &difference.n_fields);
  for (const Kind *kind = items[item].kinds; kind->reason != NULL; kind++)
    if (kind->matches (&difference))
      return kind->reason;

  return NULL;
}
