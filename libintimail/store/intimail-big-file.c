/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "store/intimail-big-file-private.h"

#include <string.h>

#include "json/intimail-json-line-private.h"

/* In bytes, of UTF-8. A file's name has 255 at most, and some get an end appended. */
#define NAME_MAX_BYTES 200
#define SENDER_MAX_BYTES 500
#define TYPE_MAX_BYTES 127
#define DEFAULT_TYPE "application/octet-stream"

/**
 * IntimailBigFile:
 *
 * A file that is kept on the server, for whoever has its link.
 *
 * It takes the place of an attachment that is too large for mail. A new one says what is
 * wanted, and [method@Intimail.Account.add_big_file] keeps it; one that a list gave is
 * as the file was then. It is changed by [method@Intimail.Account.update_big_file].
 *
 * One thread at a time may use it.
 *
 * Since: 1.0
 */
struct _IntimailBigFile
{
  GObject parent_instance;

  char *id;
  char *owner;
  char *name;
  char *content_type;
  char *sender;
  char *password_hash;
  guint64 size;
  gint64 created;
  gint64 expires;
  guint max_downloads;
  guint n_downloads;
  gboolean detached;
};

G_DEFINE_FINAL_TYPE (IntimailBigFile, intimail_big_file, G_TYPE_OBJECT)

static void
intimail_big_file_finalize (GObject *object)
{
  IntimailBigFile *self = INTIMAIL_BIG_FILE (object);

  g_free (self->id);
  g_free (self->owner);
  g_free (self->name);
  g_free (self->content_type);
  g_free (self->sender);
  g_free (self->password_hash);

  G_OBJECT_CLASS (intimail_big_file_parent_class)->finalize (object);
}

static void
intimail_big_file_class_init (IntimailBigFileClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = intimail_big_file_finalize;
}

static void
intimail_big_file_init (IntimailBigFile *self)
{
  self->id = g_strdup ("");
  self->owner = g_strdup ("");
  self->sender = g_strdup ("");
  self->password_hash = g_strdup ("");
}

gboolean
intimail_big_file_is_id (const char *text)
{
  return text[0] == 'f' && strlen (text) == INTIMAIL_BIG_FILE_ID_LENGTH &&
         strspn (text, "abcdefghijklmnopqrstuvwxyz234567") == INTIMAIL_BIG_FILE_ID_LENGTH;
}

/* Something that steers a terminal, turns the direction of a name, or ends a line. */
static gboolean
is_unshown (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_SURROGATE:
      return TRUE;
    default:
      return FALSE;
    }
}

/* One line of text of @max bytes at most, without what @unwanted has. */
static char *
clean_text (const char *text, const char *unwanted, gsize max)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autoptr (GString) clean = g_string_new (NULL);

  for (const char *c = valid; *c != '\0'; c = g_utf8_next_char (c))
    {
      gsize length = (gsize) (g_utf8_next_char (c) - c);

      if (clean->len + length > max)
        break;
      if (is_unshown (g_utf8_get_char (c)) || (length == 1 && strchr (unwanted, *c) != NULL))
        g_string_append_c (clean, '_');
      else
        g_string_append_len (clean, c, (gssize) length);
    }

  return g_strdup (g_strstrip (clean->str));
}

/* A name that is safe in any folder: no path, nothing hidden. */
static char *
clean_name (const char *name)
{
  g_autofree char *clean = clean_text (name, "/\\:*?\"<>|", NAME_MAX_BYTES);
  const char *shown = clean;

  while (*shown == '.' || *shown == ' ')
    shown++;

  return g_strdup (*shown != '\0' ? shown : "file");
}

/* type "/" subtype of RFC 6838 section 4.2, without parameters. */
static char *
clean_type (const char *type)
{
  static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789!#$&-^_.+";
  g_autofree char *bare = type != NULL ? g_ascii_strdown (type, (gssize) strcspn (type, "; \t")) : g_strdup ("");
  gsize first = strspn (bare, letters);
  gsize second = bare[first] == '/' ? strspn (bare + first + 1, letters) : 0;

  if (first == 0 || second == 0 || bare[first + 1 + second] != '\0' || strlen (bare) > TYPE_MAX_BYTES)
    return g_strdup (DEFAULT_TYPE);

  return g_steal_pointer (&bare);
}

/**
 * intimail_big_file_new:
 * @name: how it is called; what no folder takes is replaced by `_`
 * @content_type: (nullable): its type, such as `image/png`; what is none, and %NULL, is
 *   `application/octet-stream`
 *
 * Says what a file will be that is not kept yet: it never expires, has no password, and may
 * be fetched any number of times.
 *
 * Returns: (transfer full): a file without an id
 *
 * Since: 1.0
 */
IntimailBigFile *
intimail_big_file_new (const char *name, const char *content_type)
{
  IntimailBigFile *self;

  g_return_val_if_fail (name != NULL, NULL);

  self = g_object_new (INTIMAIL_TYPE_BIG_FILE, NULL);
  self->name = clean_name (name);
  self->content_type = clean_type (content_type);

  return self;
}

static void
take_string (IntimailBigFile *self, const IntimailJsonMember *member, char **name, char **type)
{
  g_autofree char *text = intimail_json_member_dup_string (member);

  if (intimail_json_member_is (member, "name"))
    *name = (g_free (*name), g_steal_pointer (&text));
  else if (intimail_json_member_is (member, "type"))
    *type = (g_free (*type), g_steal_pointer (&text));
  else if (intimail_json_member_is (member, "sender"))
    intimail_big_file_set_sender (self, text);
  else if (intimail_json_member_is (member, "password"))
    intimail_big_file_set_password_hash (self, text);
}

static void
take_number (IntimailBigFile *self, const IntimailJsonMember *member)
{
  gint64 number = MAX (member->integer, 0);

  if (intimail_json_member_is (member, "size"))
    self->size = (guint64) number;
  else if (intimail_json_member_is (member, "created"))
    self->created = number;
  else if (intimail_json_member_is (member, "expires"))
    self->expires = number;
  else if (intimail_json_member_is (member, "maxDownloads"))
    self->max_downloads = (guint) MIN (number, G_MAXUINT);
  else if (intimail_json_member_is (member, "downloads"))
    self->n_downloads = (guint) MIN (number, G_MAXUINT);
}

IntimailBigFile *
intimail_big_file_parse (const char *owner, const char *id, const char *line, gsize length)
{
  g_autoptr (IntimailBigFile) self = g_object_new (INTIMAIL_TYPE_BIG_FILE, NULL);
  g_autofree char *name = NULL;
  g_autofree char *type = NULL;
  IntimailJsonLineReader reader;
  IntimailJsonMember member;

  if (!intimail_json_line_reader_init (&reader, line, length))
    return NULL;
  while (intimail_json_line_reader_next (&reader, &member))
    {
      if (member.kind == INTIMAIL_JSON_KIND_STRING)
        take_string (self, &member, &name, &type);
      else if (member.kind == INTIMAIL_JSON_KIND_INTEGER)
        take_number (self, &member);
      else if (member.kind == INTIMAIL_JSON_KIND_BOOLEAN && intimail_json_member_is (&member, "detached"))
        self->detached = member.integer != 0;
    }
  if (!intimail_json_line_reader_is_complete (&reader) || name == NULL)
    return NULL;
  self->name = clean_name (name);
  self->content_type = clean_type (type);
  intimail_big_file_place (self, owner, id, self->size, self->created);

  return g_steal_pointer (&self);
}

void
intimail_big_file_write (IntimailBigFile *self, GString *line)
{
  intimail_json_line_begin (line);
  intimail_json_line_add_string (line, "name", self->name);
  intimail_json_line_add_string (line, "type", self->content_type);
  intimail_json_line_add_string (line, "sender", self->sender);
  intimail_json_line_add_string (line, "password", self->password_hash);
  intimail_json_line_add_integer (line, "size", (gint64) self->size);
  intimail_json_line_add_integer (line, "created", self->created);
  intimail_json_line_add_integer (line, "expires", self->expires);
  intimail_json_line_add_integer (line, "maxDownloads", self->max_downloads);
  intimail_json_line_add_integer (line, "downloads", self->n_downloads);
  intimail_json_line_add_boolean (line, "detached", self->detached);
  intimail_json_line_end (line);
}

void
intimail_big_file_place (IntimailBigFile *self, const char *owner, const char *id, guint64 size, gint64 created)
{
  g_free (self->owner);
  self->owner = g_strdup (owner);
  g_free (self->id);
  self->id = g_strdup (id);
  self->size = size;
  self->created = created;
}

/**
 * intimail_big_file_get_id:
 * @self: a file
 *
 * Gets its id, which is not secret: the link is.
 *
 * Returns: (transfer none): an id, or "" when it is not kept yet
 *
 * Since: 1.0
 */
const char *
intimail_big_file_get_id (IntimailBigFile *self)
{
  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE (self), NULL);

  return self->id;
}

/**
 * intimail_big_file_get_owner:
 * @self: a file
 *
 * Gets whose file it is.
 *
 * Returns: (transfer none): a uid, or "" when it is not kept yet
 *
 * Since: 1.0
 */
const char *
intimail_big_file_get_owner (IntimailBigFile *self)
{
  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE (self), NULL);

  return self->owner;
}

/**
 * intimail_big_file_get_name:
 * @self: a file
 *
 * Gets how it is called: no path, no control character, 200 bytes at most.
 *
 * Returns: (transfer none): a name
 *
 * Since: 1.0
 */
const char *
intimail_big_file_get_name (IntimailBigFile *self)
{
  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE (self), NULL);

  return self->name;
}

/**
 * intimail_big_file_get_content_type:
 * @self: a file
 *
 * Gets its type, as who gave the file says: nothing has looked into it.
 *
 * Returns: (transfer none): a type, such as `image/png`
 *
 * Since: 1.0
 */
const char *
intimail_big_file_get_content_type (IntimailBigFile *self)
{
  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE (self), NULL);

  return self->content_type;
}

/**
 * intimail_big_file_get_size:
 * @self: a file
 *
 * Gets how large it is.
 *
 * Returns: bytes; 0 when it is not kept yet
 *
 * Since: 1.0
 */
guint64
intimail_big_file_get_size (IntimailBigFile *self)
{
  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE (self), 0);

  return self->size;
}

/**
 * intimail_big_file_get_created:
 * @self: a file
 *
 * Gets since when it is kept.
 *
 * Returns: seconds since 1970; 0 when it is not kept yet
 *
 * Since: 1.0
 */
gint64
intimail_big_file_get_created (IntimailBigFile *self)
{
  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE (self), 0);

  return self->created;
}

/**
 * intimail_big_file_get_sender:
 * @self: a file
 *
 * Gets who gives it, as whoever has the link is told.
 *
 * Returns: (transfer none): a name and an address, or ""
 *
 * Since: 1.0
 */
const char *
intimail_big_file_get_sender (IntimailBigFile *self)
{
  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE (self), NULL);

  return self->sender;
}

/**
 * intimail_big_file_set_sender:
 * @self: a file
 * @sender: a name and an address, or ""; one line, 500 bytes at most
 *
 * Says who gives it.
 *
 * Since: 1.0
 */
void
intimail_big_file_set_sender (IntimailBigFile *self, const char *sender)
{
  g_return_if_fail (INTIMAIL_IS_BIG_FILE (self));
  g_return_if_fail (sender != NULL);

  g_free (self->sender);
  self->sender = clean_text (sender, "", SENDER_MAX_BYTES);
}

/**
 * intimail_big_file_get_expires:
 * @self: a file
 *
 * Gets when it ends: its link from then on, and the file when
 * [method@Intimail.Account.expire_big_files] is called.
 *
 * Returns: seconds since 1970; 0 is never
 *
 * Since: 1.0
 */
gint64
intimail_big_file_get_expires (IntimailBigFile *self)
{
  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE (self), 0);

  return self->expires;
}

/**
 * intimail_big_file_set_expires:
 * @self: a file
 * @expires: seconds since 1970; 0 is never
 *
 * Says when it ends.
 *
 * Since: 1.0
 */
void
intimail_big_file_set_expires (IntimailBigFile *self, gint64 expires)
{
  g_return_if_fail (INTIMAIL_IS_BIG_FILE (self));

  self->expires = MAX (expires, 0);
}

/**
 * intimail_big_file_get_max_downloads:
 * @self: a file
 *
 * Gets how often it may be fetched.
 *
 * Returns: a number; 0 is any
 *
 * Since: 1.0
 */
guint
intimail_big_file_get_max_downloads (IntimailBigFile *self)
{
  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE (self), 0);

  return self->max_downloads;
}

/**
 * intimail_big_file_set_max_downloads:
 * @self: a file
 * @max_downloads: a number; 0 is any
 *
 * Says how often it may be fetched.
 *
 * Since: 1.0
 */
void
intimail_big_file_set_max_downloads (IntimailBigFile *self, guint max_downloads)
{
  g_return_if_fail (INTIMAIL_IS_BIG_FILE (self));

  self->max_downloads = max_downloads;
}

/**
 * intimail_big_file_get_n_downloads:
 * @self: a file
 *
 * Gets how often somebody began to fetch it.
 *
 * Returns: a number
 *
 * Since: 1.0
 */
guint
intimail_big_file_get_n_downloads (IntimailBigFile *self)
{
  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE (self), 0);

  return self->n_downloads;
}

void
intimail_big_file_set_n_downloads (IntimailBigFile *self, guint n_downloads)
{
  self->n_downloads = n_downloads;
}

/**
 * intimail_big_file_has_password:
 * @self: a file
 *
 * Tells whether a password is asked for. See
 * [method@Intimail.Site.set_big_file_password].
 *
 * Returns: %TRUE if it is
 *
 * Since: 1.0
 */
gboolean
intimail_big_file_has_password (IntimailBigFile *self)
{
  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE (self), FALSE);

  return *self->password_hash != '\0';
}

const char *
intimail_big_file_get_password_hash (IntimailBigFile *self)
{
  return self->password_hash;
}

void
intimail_big_file_set_password_hash (IntimailBigFile *self, const char *hash)
{
  g_free (self->password_hash);
  self->password_hash = g_strdup (hash);
}

/**
 * intimail_big_file_is_detached:
 * @self: a file
 *
 * Tells whether it was an attachment of a message that the person got: see
 * [method@Intimail.Account.detach_part]. Nowhere else is another copy then.
 *
 * Returns: %TRUE if it was
 *
 * Since: 1.0
 */
gboolean
intimail_big_file_is_detached (IntimailBigFile *self)
{
  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE (self), FALSE);

  return self->detached;
}

void
intimail_big_file_set_detached (IntimailBigFile *self, gboolean detached)
{
  self->detached = detached;
}

/**
 * intimail_big_file_is_offered:
 * @self: a file
 * @now: seconds since 1970
 *
 * Tells whether somebody with the link may begin to fetch it: it has not ended, and was
 * not fetched as often as it may be.
 *
 * Returns: %TRUE if somebody may
 *
 * Since: 1.0
 */
gboolean
intimail_big_file_is_offered (IntimailBigFile *self, gint64 now)
{
  g_return_val_if_fail (INTIMAIL_IS_BIG_FILE (self), FALSE);

  return (self->expires == 0 || now < self->expires) && (self->max_downloads == 0 || self->n_downloads < self->max_downloads);
}
