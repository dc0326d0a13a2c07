/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <intimail/intimail-firewall.h>

#include <string.h>

#include <intimail/intimail-error.h>

#include "guard/intimail-guard-private.h"

#define TABLE "inet intimail"
/* Before the usual filter (0), so that who is banned costs the least. */
#define PRIORITY "-10"
#define MAX_SET "131072"

typedef enum
{
  SET_ADDRESS,
  SET_NETWORK, /* /24 and /64: found by a mask, in the time of one address */
  SET_RANGE,
} SetKind;

static SetKind
get_kind (const IntimailIp *ip)
{
  if (ip->bits == INTIMAIL_IP_BITS)
    return SET_ADDRESS;

  return ip->bits == (intimail_ip_is_v4 (ip) ? INTIMAIL_GUARD_V4_NETWORK
                                             : INTIMAIL_GUARD_V6_NETWORK)
             ? SET_NETWORK
             : SET_RANGE;
}

static const char *
get_set (const IntimailIp *ip)
{
  static const char *const names[3][2] = { { "deny6", "deny4" },
                                           { "deny6net", "deny4net" },
                                           { "deny6range", "deny4range" } };

  return names[get_kind (ip)][intimail_ip_is_v4 (ip) ? 1 : 0];
}

/* The element of a masked set is the network's first address. Only what
 * inet_ntop() made of bytes comes into a rule, whatever a peer wrote. */
static void
append_element (GString *text, const IntimailIp *ip)
{
  char buffer[INTIMAIL_IP_TEXT];
  char *slash;

  intimail_ip_format (ip, buffer);
  slash = strchr (buffer, '/');
  if (slash != NULL && get_kind (ip) == SET_NETWORK)
    *slash = '\0';
  g_string_append (text, buffer);
}

static void
append_ban (GString *text, const IntimailBan *ban, gint64 now)
{
  append_element (text, &ban->ip);
  if (ban->until != 0)
    g_string_append_printf (text, " timeout %" G_GINT64_FORMAT "s",
                            MAX (ban->until - now, 1));
}

/* Sets of ranges take no two that overlap. */
static gboolean
is_covered (GPtrArray *bans, guint place)
{
  const IntimailBan *ban = bans->pdata[place];

  for (guint i = 0; i < bans->len; i++)
    {
      const IntimailBan *other = bans->pdata[i];

      if (i != place && get_kind (&other->ip) == SET_RANGE &&
          intimail_ip_contains (&other->ip, &ban->ip))
        return TRUE;
    }

  return FALSE;
}

static void
append_deny_set (GString *text, const char *name, GPtrArray *bans, gint64 now)
{
  gboolean is_range = g_str_has_suffix (name, "range");
  gboolean is_first = TRUE;

  g_string_append_printf (
      text,
      "  set %s {\n    type ipv%c_addr\n    size " MAX_SET "\n    flags %s\n",
      name, name[4], is_range ? "interval, timeout" : "timeout");
  for (guint i = 0; i < bans->len; i++)
    {
      const IntimailBan *ban = bans->pdata[i];

      if (!g_str_equal (get_set (&ban->ip), name) ||
          (is_range && is_covered (bans, i)))
        continue;
      g_string_append (text, is_first ? "    elements = { " : ", ");
      append_ban (text, ban, now);
      is_first = FALSE;
    }
  g_string_append (text, is_first ? "  }\n" : " }\n  }\n");
}

static void
append_allow_set (GString *text, IntimailGuard *guard, gboolean is_v4, gint64 now)
{
  GArray *allowances = intimail_allow_list_get (guard->allowed);
  GHashTableIter iter;
  gpointer key;
  gpointer value;
  gboolean is_first = TRUE;

  g_string_append_printf (text,
                          "  set allow%c {\n    type ipv%c_addr\n    flags "
                          "interval\n    auto-merge\n",
                          is_v4 ? '4' : '6', is_v4 ? '4' : '6');
  for (guint i = 0; i < allowances->len; i++)
    {
      const IntimailIp *ip = &g_array_index (allowances, IntimailAllowance, i).ip;

      if (intimail_ip_is_v4 (ip) != is_v4)
        continue;
      g_string_append (text, is_first ? "    elements = { " : ", ");
      g_string_append (text, intimail_ip_format (ip, (char[INTIMAIL_IP_TEXT]){ 0 }));
      is_first = FALSE;
    }
  g_hash_table_iter_init (&iter,
                          intimail_allow_list_get_signed_in (guard->allowed));
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      if (intimail_ip_is_v4 (key) != is_v4 || *(gint64 *) value <= now)
        continue;
      g_string_append (text, is_first ? "    elements = { " : ", ");
      append_element (text, key);
      is_first = FALSE;
    }
  g_string_append (text, is_first ? "  }\n" : " }\n  }\n");
}

/* "22/tcp: 192.0.2.0/24 2001:db8::/32": these and who is allowed, nobody else.
 */
static void
append_only (GString *text, const char *element)
{
  const char *colon = strchr (element, ':');
  const char *slash = strchr (element, '/');
  g_auto (GStrv) words = g_strsplit (colon + 1, " ", -1);
  g_autofree char *port = g_strndup (element, (gsize) (slash - element));
  g_autofree char *protocol = g_strndup (slash + 1, (gsize) (colon - slash - 1));
  char buffer[INTIMAIL_IP_TEXT];

  for (char **word = words; *word != NULL; word++)
    {
      IntimailIp ip;

      if (intimail_ip_parse (*word, strlen (*word), &ip))
        g_string_append_printf (text, "    %s saddr %s %s dport %s accept\n",
                                intimail_ip_is_v4 (&ip) ? "ip" : "ip6",
                                intimail_ip_format (&ip, buffer), protocol, port);
    }
  g_string_append_printf (text, "    %s dport %s drop\n", protocol, port);
}

static void
append_open (GString *text, char **open, const char *protocol)
{
  gboolean is_first = TRUE;

  for (char **port = open; *port != NULL; port++)
    if (g_str_has_suffix (*port, protocol))
      {
        g_string_append_printf (text,
                                is_first ? "    %s dport { %.*s" : "%.0s, %.*s",
                                protocol, (int) (strlen (*port) - 4), *port);
        is_first = FALSE;
      }
  if (!is_first)
    g_string_append (text, " } accept\n");
}

static void
append_chain (GString *text, IntimailGuard *guard)
{
  g_string_append (text, "  chain input {\n"
                         "    type filter hook input priority " PRIORITY
                         "; policy accept;\n"
                         "    iif \"lo\" accept\n"
                         "    ip saddr @allow4 accept\n"
                         "    ip6 saddr @allow6 accept\n"
                         "    ip saddr @deny4 drop\n"
                         "    ip6 saddr @deny6 drop\n"
                         "    ip saddr & 255.255.255.0 @deny4net drop\n"
                         "    ip6 saddr & ffff:ffff:ffff:ffff:: @deny6net drop\n"
                         "    ip saddr @deny4range drop\n"
                         "    ip6 saddr @deny6range drop\n");
  for (char **only = guard->settings.only; guard->settings.closing && *only != NULL; only++)
    append_only (text, *only);
  if (guard->settings.closing && guard->settings.open[0] != NULL)
    {
      g_string_append (text, "    ct state established,related accept\n"
                             "    meta l4proto { icmp, icmpv6 } accept\n"
                             "    udp dport { 68, 546 } accept\n");
      append_open (text, guard->settings.open, "tcp");
      append_open (text, guard->settings.open, "udp");
      g_string_append (text, "    drop\n");
    }
  g_string_append (text, "  }\n");
}

/**
 * intimail_firewall_format_rules:
 * @guard: a guard
 * @now: the time
 * @error: return location for an error
 *
 * The whole rule set, for `nft -f`: it replaces our table at once, and touches
 * no other.
 *
 * Who is allowed may use every service; who is banned none; the others those
 * that guard.conf opens, or all when it opens none. The kernel ends each ban by
 * itself.
 *
 * Fails in no way now.
 *
 * Returns: (transfer full): rules of nftables
 *
 * Since: 1.0
 */
char *
intimail_firewall_format_rules (IntimailGuard *guard, gint64 now, GError **error)
{
  static const char *const sets[] = { "deny4", "deny6", "deny4net",
                                      "deny6net", "deny4range", "deny6range" };
  g_autoptr (GString) text = NULL;
  g_autoptr (GPtrArray) bans = NULL;

  g_return_val_if_fail (INTIMAIL_IS_GUARD (guard), NULL);

  text = g_string_new ("table " TABLE "\ndelete table " TABLE "\ntable " TABLE
                       " {\n");
  bans = intimail_guard_list_bans (guard, now);
  append_allow_set (text, guard, TRUE, now);
  append_allow_set (text, guard, FALSE, now);
  for (gsize i = 0; i < G_N_ELEMENTS (sets); i++)
    append_deny_set (text, sets[i], bans, now);
  append_chain (text, guard);
  g_string_append (text, "}\n");

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * intimail_firewall_format_removal:
 *
 * Takes our table away, whether it is there or not, for `nft -f`.
 *
 * Returns: (transfer full): rules of nftables
 *
 * Since: 1.0
 */
char *
intimail_firewall_format_removal (void)
{
  return g_strdup ("table " TABLE "\ndelete table " TABLE "\n");
}

/* One command for all of a set: nft takes many elements quicker than many commands. */
static void
append_elements (GString *text, const char *command, const char *set, GPtrArray *bans, gboolean again, gint64 now)
{
  gboolean is_first = TRUE;

  for (guint i = 0; i < bans->len; i++)
    {
      const IntimailBan *ban = bans->pdata[i];

      if (!g_str_equal (get_set (&ban->ip), set) || (again && ban->count == 1))
        continue;
      if (is_first)
        g_string_append_printf (text, "%s element " TABLE " %s { ", command, set);
      else
        g_string_append (text, ", ");
      if (*command == 'd')
        append_element (text, &ban->ip);
      else
        append_ban (text, ban, now);
      is_first = FALSE;
    }
  if (!is_first)
    g_string_append (text, " }\n");
}

/**
 * intimail_firewall_format_bans:
 * @bans: (element-type IntimailBan): new bans
 * @now: the time
 *
 * Adds bans to the table, for `nft -f`: all of them or none. One that is there
 * already gets its new end.
 *
 * Returns: (transfer full) (nullable): rules of nftables; %NULL when one of
 * @bans is a network other than a /24 or a /64, for which the whole rule set
 * has to be set anew
 *
 * Since: 1.0
 */
char *
intimail_firewall_format_bans (GPtrArray *bans, gint64 now)
{
  static const char *const sets[] = { "deny4", "deny6", "deny4net", "deny6net" };
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_val_if_fail (bans != NULL, NULL);

  for (guint i = 0; i < bans->len; i++)
    if (get_kind (&((IntimailBan *) bans->pdata[i])->ip) == SET_RANGE)
      return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (sets); i++)
    {
      /* To add what is there changes no timeout, and only who was banned before may be
       * there: it is added for certain, taken away and added anew. */
      append_elements (text, "add", sets[i], bans, FALSE, now);
      append_elements (text, "delete", sets[i], bans, TRUE, now);
      append_elements (text, "add", sets[i], bans, TRUE, now);
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * intimail_firewall_format_unban:
 * @address: an address or a network
 * @error: return location for an error
 *
 * Takes a ban out of the table, whether it is there or not, for `nft -f`.
 *
 * Fails with %INTIMAIL_ERROR_INVALID_ARGUMENT when @address is none, and with
 * %INTIMAIL_ERROR_NOT_SUPPORTED when it is a network other than a /24 or a /64,
 * for which the whole rule set has to be set anew.
 *
 * Returns: (transfer full): rules of nftables
 *
 * Since: 1.0
 */
char *
intimail_firewall_format_unban (const char *address, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  IntimailIp ip;

  g_return_val_if_fail (address != NULL, NULL);

  if (!intimail_ip_parse (address, strlen (address), &ip))
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_INVALID_ARGUMENT,
                   "\"%s\" is no IP address", address);
      return NULL;
    }
  if (get_kind (&ip) == SET_RANGE)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_SUPPORTED,
                   "%s has no set that one of it can leave", address);
      return NULL;
    }
  for (guint i = 0; i < 2; i++)
    {
      g_string_append_printf (text, "%s element " TABLE " %s { ",
                              i == 0 ? "add" : "delete", get_set (&ip));
      append_element (text, &ip);
      g_string_append (text, " }\n");
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}
