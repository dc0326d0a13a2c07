/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-address.h>

#include <string.h>

#include "address/intimail-address-private.h"

/**
 * IntimailAddress:
 *
 * One mail address, perhaps with the name of whom it reaches.
 *
 * The local part and the domain are what they mean, without quotes or comments;
 * [method@Intimail.Address.get_email] puts them together as RFC 5322 wants
 * them. Names, local parts and domains are UTF-8 (RFC 6531). None of them holds
 * a control character, so an address can be put into a header or a log line.
 *
 * An address does not change once it is made: any thread may use it.
 *
 * Since: 1.0
 */
struct _IntimailAddress
{
  gatomicrefcount references;

  char *name;
  char *local_part;
  char *domain;
  char *email;
  gboolean lenient; /* nothing of it was checked */
};

G_DEFINE_BOXED_TYPE (IntimailAddress, intimail_address, intimail_address_ref, intimail_address_unref)

/* Appends a quoted string (RFC 5322 section 3.2.4). */
static void
append_quoted (GString *output, const char *text)
{
  g_string_append_c (output, '"');
  for (; *text != '\0'; text++)
    {
      if (*text == '"' || *text == '\\')
        g_string_append_c (output, '\\');
      g_string_append_c (output, *text);
    }
  g_string_append_c (output, '"');
}

static char *
make_email (const char *local_part, const char *domain)
{
  GString *email = g_string_new (NULL);

  if (intimail_address_is_dot_atom (local_part))
    g_string_append (email, local_part);
  else
    append_quoted (email, local_part);
  g_string_append_c (email, '@');
  g_string_append (email, domain);

  return g_string_free (email, FALSE);
}

/**
 * intimail_address_new:
 * @name: (nullable): a name to show, or %NULL or "" for none
 * @local_part: what stands before the "@", without quotes: any UTF-8 text
 * @domain: a domain as U-labels or A-labels, or an address literal such as
 *   "[192.0.2.1]" or "[IPv6:2001:db8::1]"
 * @error: return location for an error
 *
 * Makes an address from its parts.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT when a part is not UTF-8 or holds
 * a control character, when the local part is empty, or when the domain is none;
 * and with %INTIMAIL_ERROR_TOO_LARGE when the local part or the domain has more
 * than 255 bytes or the name more than 4096.
 *
 * Returns: (transfer full): a new address
 *
 * Since: 1.0
 */
IntimailAddress *
intimail_address_new (const char *name, const char *local_part, const char *domain, GError **error)
{
  IntimailAddress *self;

  g_return_val_if_fail (local_part != NULL, NULL);
  g_return_val_if_fail (domain != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (name == NULL)
    name = "";
  if (!intimail_address_check_size ("name", name, INTIMAIL_ADDRESS_MAX_NAME, error) ||
      !intimail_address_check_text (name, error) ||
      !intimail_address_check_local_part (local_part, error) ||
      !intimail_address_check_domain (domain, error))
    return NULL;

  self = g_new0 (IntimailAddress, 1);
  g_atomic_ref_count_init (&self->references);
  self->name = g_strdup (name);
  self->local_part = g_strdup (local_part);
  self->domain = g_strdup (domain);
  self->email = make_email (local_part, domain);

  return self;
}

/* Valid text without control characters. */
static char *
clean_text (const char *text)
{
  g_autofree char *valid = NULL;
  GString *clean;
  gsize length = 0;

  while (text[length] >= ' ' && text[length] < 0x7f)
    length++;
  if (text[length] == '\0')
    return g_strndup (text, length);

  clean = g_string_sized_new (strlen (text));
  valid = g_utf8_make_valid (text, -1);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar character = g_utf8_get_char (at);

      if (!g_unichar_iscntrl (character) && character != 0x2028 && character != 0x2029)
        g_string_append_unichar (clean, character);
    }

  return g_string_free (clean, FALSE);
}

static char *
remove_quotes (const char *text)
{
  gsize length = strlen (text);
  GString *plain;

  if (length < 2 || text[0] != '"' || text[length - 1] != '"')
    return g_strdup (text);
  plain = g_string_sized_new (length);
  for (gsize i = 1; i < length - 1; i++)
    {
      if (text[i] == '\\' && i + 1 < length - 1)
        i++;
      g_string_append_c (plain, text[i]);
    }

  return g_string_free (plain, FALSE);
}

/* They end an address where one is read back. */
static void
remove_brackets (char *text)
{
  char *to = text;

  for (const char *from = text; *from != '\0'; from++)
    if (*from != '<' && *from != '>')
      *to++ = *from;
  *to = '\0';
}

IntimailAddress *
intimail_address_new_lenient (const char *name, const char *email)
{
  IntimailAddress *self = g_new0 (IntimailAddress, 1);
  g_autofree char *local_part = NULL;
  char *at;

  g_atomic_ref_count_init (&self->references);
  self->name = clean_text (name != NULL ? name : "");
  self->email = clean_text (email);
  remove_brackets (self->email);
  at = strrchr (self->email, '@');
  local_part = at != NULL ? g_strndup (self->email, (gsize) (at - self->email)) : g_strdup (self->email);
  self->local_part = remove_quotes (local_part);
  self->domain = g_strdup (at != NULL ? at + 1 : "");
  self->lenient = TRUE;

  return self;
}

/**
 * intimail_address_ref:
 * @self: an address
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @self
 *
 * Since: 1.0
 */
IntimailAddress *
intimail_address_ref (IntimailAddress *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->references);
  return self;
}

/**
 * intimail_address_unref:
 * @self: (transfer full): an address
 *
 * Drops a reference; the last one frees the address.
 *
 * Since: 1.0
 */
void
intimail_address_unref (IntimailAddress *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_free (self->name);
  g_free (self->local_part);
  g_free (self->domain);
  g_free (self->email);
  g_free (self);
}

/**
 * intimail_address_get_name:
 * @self: an address
 *
 * Gets the name to show.
 *
 * Returns: (transfer none): the name, "" when there is none
 *
 * Since: 1.0
 */
const char *
intimail_address_get_name (IntimailAddress *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->name;
}

/**
 * intimail_address_get_local_part:
 * @self: an address
 *
 * Gets what stands before the "@", without quotes.
 *
 * Returns: (transfer none): the local part
 *
 * Since: 1.0
 */
const char *
intimail_address_get_local_part (IntimailAddress *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->local_part;
}

/**
 * intimail_address_get_domain:
 * @self: an address
 *
 * Gets the domain as it was given, or the address literal with its brackets.
 *
 * Returns: (transfer none): the domain
 *
 * Since: 1.0
 */
const char *
intimail_address_get_domain (IntimailAddress *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->domain;
}

/**
 * intimail_address_get_email:
 * @self: an address
 *
 * Gets the address alone, the local part in quotes when it needs them.
 *
 * Returns: (transfer none): such as "ada@example.org"
 *
 * Since: 1.0
 */
const char *
intimail_address_get_email (IntimailAddress *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->email;
}

/* Words of atoms with single spaces between them read back as they are. */
static gboolean
needs_quotes (const char *name)
{
  char before = ' ';

  for (; *name != '\0'; name++)
    {
      if (*name == ' ' ? before == ' ' : !intimail_address_is_atext (*name))
        return TRUE;
      before = *name;
    }

  return before == ' ';
}

/* Whether it cannot be read back without its angle brackets. */
static gboolean
is_broken (IntimailAddress *self)
{
  g_autoptr (IntimailAddress) strict = NULL;

  if (!self->lenient)
    return FALSE;
  strict = intimail_address_parse (self->email, NULL);
  return strict == NULL || strcmp (strict->email, self->email) != 0;
}

static void
append_address (GString *output, IntimailAddress *self)
{
  if (*self->name == '\0')
    {
      g_string_append_printf (output, is_broken (self) ? "<%s>" : "%s", self->email);
      return;
    }
  if (needs_quotes (self->name))
    append_quoted (output, self->name);
  else
    g_string_append (output, self->name);
  g_string_append_printf (output, " <%s>", self->email);
}

/**
 * intimail_address_to_string:
 * @self: an address
 *
 * Writes the name and the address for people and for
 * [func@Intimail.Address.parse], which reads the same address back.
 *
 * It is UTF-8 and no header field: encoded words are not made here.
 *
 * Returns: (transfer full): such as "Ada Lovelace <ada@example.org>"
 *
 * Since: 1.0
 */
char *
intimail_address_to_string (IntimailAddress *self)
{
  GString *output;

  g_return_val_if_fail (self != NULL, NULL);

  output = g_string_new (NULL);
  append_address (output, self);
  return g_string_free (output, FALSE);
}

/**
 * intimail_address_list_to_string:
 * @addresses: (element-type IntimailAddress) (transfer none): some addresses
 *
 * Writes addresses with commas between them, for people and for
 * [func@Intimail.Address.parse_list], which reads the same addresses back.
 *
 * What that would refuse is left out: all after the first 1,000 addresses, and
 * all after 64 KiB.
 *
 * Returns: (transfer full): the list, "" when there are no addresses
 *
 * Since: 1.0
 */
char *
intimail_address_list_to_string (GPtrArray *addresses)
{
  GString *output;
  guint count;

  g_return_val_if_fail (addresses != NULL, NULL);

  output = g_string_new (NULL);
  count = MIN (addresses->len, INTIMAIL_ADDRESS_MAX_LIST);
  for (guint i = 0; i < count; i++)
    {
      gsize before = output->len;

      if (i > 0)
        g_string_append (output, ", ");
      append_address (output, g_ptr_array_index (addresses, i));
      if (output->len > INTIMAIL_ADDRESS_MAX_LIST_SIZE)
        {
          g_string_truncate (output, before);
          break;
        }
    }

  return g_string_free (output, FALSE);
}

/**
 * intimail_address_get_key:
 * @self: an address
 *
 * Makes what two addresses have in common when mail to them goes to the same
 * place: the local part without case, and the domain as A-labels in lower case.
 *
 * It is for comparing and for tables, not for sending.
 *
 * Returns: (transfer full): the key
 *
 * Since: 1.0
 */
char *
intimail_address_get_key (IntimailAddress *self)
{
  g_autofree char *normal = NULL;
  g_autofree char *folded = NULL;
  g_autofree char *ascii = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  normal = g_utf8_normalize (self->local_part, -1, G_NORMALIZE_NFC);
  folded = g_utf8_casefold (normal, -1);
  ascii = intimail_address_make_ascii_domain (self->domain);

  return g_strconcat (folded, "@", ascii, NULL);
}

/**
 * intimail_address_equal:
 * @self: an address
 * @other: another
 *
 * Compares two addresses by their keys; their names do not matter.
 *
 * Returns: whether mail to both goes to the same place
 *
 * Since: 1.0
 */
gboolean
intimail_address_equal (IntimailAddress *self, IntimailAddress *other)
{
  g_autofree char *key = NULL;
  g_autofree char *other_key = NULL;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (other != NULL, FALSE);

  key = intimail_address_get_key (self);
  other_key = intimail_address_get_key (other);

  return strcmp (key, other_key) == 0;
}
