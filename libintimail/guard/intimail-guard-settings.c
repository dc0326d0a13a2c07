/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "guard/intimail-guard-private.h"

#include <string.h>

#include <intimail/intimail-error.h>

#include "base/intimail-config-private.h"

#define GROUP "guard"
#define MAX_SECONDS (10 * 366 * 86400u)

/* A file that is not there is passed over; what a file tells is not asked of
 * the journal again. */
#define SOURCES                                                           \
  "/var/log/auth.log: sshd;/var/log/mail.log: postfix "                   \
  "dovecot;/var/log/nginx/error.log: nginx;"                              \
  "/var/log/lighttpd/error.log: lighttpd;/var/log/roundcube/errors.log: " \
  "roundcube;"                                                            \
  "journal: sshd postfix dovecot slapd roundcube webmail"

static const IntimailConfigKey keys[] = {
  { GROUP, "limit", INTIMAIL_CONFIG_NUMBER, "5", NULL },
  { GROUP, "window", INTIMAIL_CONFIG_NUMBER, "600", NULL },
  { GROUP, "day-limit", INTIMAIL_CONFIG_NUMBER, "15", NULL },
  { GROUP, "ban", INTIMAIL_CONFIG_NUMBER, "600", NULL },
  { GROUP, "max-ban", INTIMAIL_CONFIG_NUMBER, "604800", NULL },
  { GROUP, "forget", INTIMAIL_CONFIG_NUMBER, "2592000", NULL },
  { GROUP, "network-limit", INTIMAIL_CONFIG_NUMBER, "4", NULL },
  { GROUP, "signed-in", INTIMAIL_CONFIG_NUMBER, "2592000", NULL },
  { GROUP, "own-networks", INTIMAIL_CONFIG_BOOLEAN, "true", NULL },
  { GROUP, "sources", INTIMAIL_CONFIG_LIST, SOURCES, NULL },
  { "allow", "addresses", INTIMAIL_CONFIG_LIST, "", NULL },
  { "allow", "names", INTIMAIL_CONFIG_LIST, "", NULL },
  { "firewall", "open", INTIMAIL_CONFIG_LIST, "", NULL },
  { "firewall", "only", INTIMAIL_CONFIG_LIST, "", NULL },
  { NULL },
};

void
intimail_guard_settings_init (IntimailGuardSettings *self)
{
  *self = (IntimailGuardSettings){
    .limit = 5,
    .window = 600,
    .day_limit = 15,
    .ban = 600,
    .max_ban = 604800,
    .forget = 2592000,
    .network_limit = 4,
    .signed_in = 2592000,
    .own_networks = TRUE,
    .closing = TRUE,
    .sources = g_strsplit (SOURCES, ";", -1),
    .open = g_new0 (char *, 1),
    .only = g_new0 (char *, 1),
    .names = g_new0 (char *, 1),
  };
}

void
intimail_guard_settings_clear (IntimailGuardSettings *self)
{
  g_strfreev (self->sources);
  g_strfreev (self->open);
  g_strfreev (self->only);
  g_strfreev (self->names);
}

static const struct
{
  const char *key;
  gsize offset;
  guint min;
  guint max;
} numbers[] = {
  { "limit", G_STRUCT_OFFSET (IntimailGuardSettings, limit), 1, 60 },
  { "window", G_STRUCT_OFFSET (IntimailGuardSettings, window), 4, 86400 },
  { "day-limit", G_STRUCT_OFFSET (IntimailGuardSettings, day_limit), 1, 60 },
  { "ban", G_STRUCT_OFFSET (IntimailGuardSettings, ban), 1, MAX_SECONDS },
  { "max-ban", G_STRUCT_OFFSET (IntimailGuardSettings, max_ban), 1,
    MAX_SECONDS },
  { "forget", G_STRUCT_OFFSET (IntimailGuardSettings, forget), 1, MAX_SECONDS },
  { "network-limit", G_STRUCT_OFFSET (IntimailGuardSettings, network_limit), 2,
    16 },
  { "signed-in", G_STRUCT_OFFSET (IntimailGuardSettings, signed_in), 0,
    MAX_SECONDS },
};

static gboolean
read_numbers (IntimailGuardSettings *settings,
              IntimailConfig *config,
              GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      guint64 value = intimail_config_get_number (config, GROUP, numbers[i].key);

      if (value < numbers[i].min || value > numbers[i].max)
        return intimail_config_fail (config, GROUP, numbers[i].key, error,
                                     "%s is from %u to %u", numbers[i].key,
                                     numbers[i].min, numbers[i].max);
      *(guint *) ((guint8 *) settings + numbers[i].offset) = (guint) value;
    }

  return TRUE;
}

static gboolean
is_port (const char *text, gsize length)
{
  guint port = 0;
  gsize i = 0;

  for (; i < length && g_ascii_isdigit (text[i]) && i < 5; i++)
    port = port * 10 + (guint) (text[i] - '0');

  return i > 0 && port > 0 && port < 65536 && length == i + 4 &&
         (memcmp (text + i, "/tcp", 4) == 0 || memcmp (text + i, "/udp", 4) == 0);
}

/* "22/tcp: 192.0.2.0/24 2001:db8::/32" */
static gboolean
is_only (const char *text)
{
  const char *colon = strchr (text, ':');
  g_auto (GStrv) words = NULL;
  guint n = 0;

  if (colon == NULL || !is_port (text, (gsize) (colon - text)))
    return FALSE;
  words = g_strsplit (colon + 1, " ", -1);
  for (char **word = words; *word != NULL; word++)
    {
      IntimailIp ip;

      if (**word != '\0' && !intimail_ip_parse (*word, strlen (*word), &ip))
        return FALSE;
      n += **word != '\0';
    }

  return n > 0;
}

static gboolean
check_lists (IntimailConfig *config, GError **error)
{
  g_auto (GStrv) open = intimail_config_get_list (config, "firewall", "open");
  g_auto (GStrv) only = intimail_config_get_list (config, "firewall", "only");
  g_auto (GStrv) sources = intimail_config_get_list (config, GROUP, "sources");

  for (char **port = open; *port != NULL; port++)
    if (!is_port (*port, strlen (*port)))
      return intimail_config_fail (config, "firewall", "open", error,
                                   "\"%s\" is no port: write 25/tcp", *port);
  for (char **element = only; *element != NULL; element++)
    if (!is_only (*element))
      return intimail_config_fail (
          config, "firewall", "only", error,
          "\"%s\" is not a port and its addresses: write 22/tcp: 192.0.2.0/24",
          *element);
  for (char **source = sources; *source != NULL; source++)
    if (strstr (*source, ": ") == NULL ||
        (**source != '/' && !g_str_has_prefix (*source, "journal: ")))
      return intimail_config_fail (
          config, GROUP, "sources", error,
          "\"%s\" is no source: write /var/log/mail.log: postfix dovecot, or "
          "journal: sshd",
          *source);

  return TRUE;
}

static gboolean
check_allowed (IntimailConfig *config, GError **error)
{
  g_auto (GStrv) addresses =
      intimail_config_get_list (config, "allow", "addresses");

  for (char **address = addresses; *address != NULL; address++)
    {
      IntimailIp ip;

      if (!intimail_ip_parse (*address, strlen (*address), &ip))
        return intimail_config_fail (
            config, "allow", "addresses", error,
            "\"%s\" is no address and no network: a name stands in names",
            *address);
    }

  return TRUE;
}

/* What was allowed by the settings before goes; what a command, a name that is still there
 * or a sign-in allows stays. */
static void
take_allowed (IntimailGuard *self, IntimailConfig *config, char **names_before)
{
  g_auto (GStrv) addresses = config != NULL ? intimail_config_get_list (config, "allow", "addresses") : g_new0 (char *, 1);

  intimail_allow_list_remove_settings (self->allowed);
  intimail_guard_allow_machine (self);
  for (char **address = addresses; *address != NULL; address++)
    {
      IntimailIp ip;

      if (intimail_ip_parse (*address, strlen (*address), &ip))
        intimail_allow_list_add (self->allowed, &ip, NULL, FALSE, "guard.conf allows it");
    }
  for (char **name = names_before; *name != NULL; name++)
    if (!g_strv_contains ((const char *const *) self->settings.names, *name))
      intimail_allow_list_remove_name (self->allowed, *name);
}

static IntimailGuardSettings
read_settings (IntimailConfig *config, GError **error)
{
  IntimailGuardSettings settings;

  intimail_guard_settings_init (&settings);
  if (!read_numbers (&settings, config, error) || !check_lists (config, error) || !check_allowed (config, error))
    {
      intimail_guard_settings_clear (&settings);
      settings.sources = NULL;
      return settings;
    }
  settings.own_networks = intimail_config_get_boolean (config, GROUP, "own-networks");
  intimail_guard_settings_clear (&settings);
  settings.sources = intimail_config_get_list (config, GROUP, "sources");
  settings.open = intimail_config_get_list (config, "firewall", "open");
  settings.only = intimail_config_get_list (config, "firewall", "only");
  settings.names = intimail_config_get_list (config, "allow", "names");

  return settings;
}

/**
 * intimail_guard_load_settings:
 * @self: a guard
 * @path: (type filename): the file guard.conf
 * @error: return location for an error
 *
 * Reads the settings; see guard.conf(5). Without such a file the guard has
 * those that it was made with. It may be called again: then the new settings take the
 * place of the old ones, and [method@Intimail.Guard.allow_own_networks] is to be called again, too.
 * Bans stay as they are. After a failure so do the settings.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT, the file and the line when a
 * setting is wrong, and with %INTIMAIL_ERROR_FAILED when the file cannot be
 * read.
 *
 * Returns: %TRUE on success
 *
 * Since: 1.0
 */
gboolean
intimail_guard_load_settings (IntimailGuard *self, const char *path, GError **error)
{
  g_autoptr (IntimailConfig) config = NULL;
  IntimailGuardSettings settings;
  IntimailGuardSettings before;

  g_return_val_if_fail (INTIMAIL_IS_GUARD (self), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      config = intimail_config_load (path, keys, error);
      if (config == NULL)
        return FALSE;
      settings = read_settings (config, error);
      if (settings.sources == NULL)
        return FALSE;
    }
  else
    intimail_guard_settings_init (&settings);
  before = self->settings;
  self->settings = settings;
  take_allowed (self, config, before.names);
  intimail_guard_settings_clear (&before);

  return TRUE;
}

/**
 * intimail_guard_get_sources:
 * @self: a guard
 *
 * Where the guard is to look: each is a file, or `journal`, then `: ` and the
 * services whose lines it has.
 *
 * Returns: (transfer full) (array zero-terminated=1): the sources
 *
 * Since: 1.0
 */
char **
intimail_guard_get_sources (IntimailGuard *self)
{
  g_return_val_if_fail (INTIMAIL_IS_GUARD (self), NULL);

  return g_strdupv (self->settings.sources);
}

/**
 * intimail_guard_get_ports:
 * @self: a guard
 *
 * What guard.conf opens to those who are neither allowed nor banned, as "25/tcp", then
 * what it opens to some, as "22/tcp: 192.0.2.0/24". Without the former all is open.
 *
 * Returns: (transfer full) (array zero-terminated=1): the ports
 *
 * Since: 1.0
 */
char **
intimail_guard_get_ports (IntimailGuard *self)
{
  g_autoptr (GStrvBuilder) ports = g_strv_builder_new ();

  g_return_val_if_fail (INTIMAIL_IS_GUARD (self), NULL);

  g_strv_builder_addv (ports, (const char **) self->settings.open);
  g_strv_builder_addv (ports, (const char **) self->settings.only);

  return g_strv_builder_end (ports);
}

/**
 * intimail_guard_set_closing:
 * @self: a guard
 * @closing: whether the rules for the firewall close what guard.conf does not open
 *
 * Takes back what could shut an administrator out: without it the rules only keep out who
 * is banned. It is %TRUE at first.
 *
 * Since: 1.0
 */
void
intimail_guard_set_closing (IntimailGuard *self, gboolean closing)
{
  g_return_if_fail (INTIMAIL_IS_GUARD (self));

  self->settings.closing = closing;
}

/**
 * intimail_guard_list_names:
 * @self: a guard
 *
 * The names that guard.conf allows: whoever runs the guard resolves them now
 * and then, and tells it by [method@Intimail.Guard.set_name].
 *
 * Returns: (transfer full) (array zero-terminated=1): the names
 *
 * Since: 1.0
 */
char **
intimail_guard_list_names (IntimailGuard *self)
{
  g_return_val_if_fail (INTIMAIL_IS_GUARD (self), NULL);

  return g_strdupv (self->settings.names);
}
