/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "guard/intimail-ip-private.h"
#include "test-support.h"

static const struct
{
  const char *text;
  const char *result; /* NULL: it is none */
} cases[] = {
  { "192.0.2.1", "192.0.2.1" },
  { "::ffff:192.0.2.1", "192.0.2.1" },
  { "192.0.2.77/24", "192.0.2.0/24" },
  { "192.0.2.77/32", "192.0.2.77" },
  { "192.0.2.77/0", "0.0.0.0/0" },
  { "2001:DB8::00", "2001:db8::" },
  { "2001:db8:1:2:3::4/64", "2001:db8:1:2::/64" },
  { "2001:db8:1:2:3::4/63", "2001:db8:1:2::/63" },
  { "::/0", "::/0" },
  { "::1", "::1" },
  { "192.0.2.1/33", NULL },
  { "::1/129", NULL },
  { "::1/", NULL },
  { "::1/-1", NULL },
  { "::1/0064", NULL },
  { "192.0.2", NULL },
  { "192.0.2.256", NULL },
  { "0x7f.0.0.1", NULL },
  { "fe80::1%eth0", NULL },
  { "host.example", NULL },
  { "", NULL },
};

static void
test_parse (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      IntimailIp ip;
      char text[INTIMAIL_IP_TEXT];
      gboolean is_right = intimail_ip_parse (cases[i].text, strlen (cases[i].text), &ip);

      g_assert_cmpstr (is_right ? intimail_ip_format (&ip, text) : NULL, ==, cases[i].result);
    }
}

static void
test_nul (void)
{
  IntimailIp ip;

  g_assert_false (intimail_ip_parse ("1.2.3.4\0", 8, &ip));
}

static void
test_contains (void)
{
  IntimailIp network;
  IntimailIp inside;
  IntimailIp outside;
  IntimailIp v6;

  g_assert_true (intimail_ip_parse ("192.0.2.128/25", 14, &network));
  g_assert_true (intimail_ip_parse ("192.0.2.129", 11, &inside));
  g_assert_true (intimail_ip_parse ("192.0.2.127", 11, &outside));
  g_assert_true (intimail_ip_parse ("2001:db8::1", 11, &v6));
  g_assert_true (intimail_ip_contains (&network, &inside));
  g_assert_true (intimail_ip_contains (&network, &network));
  g_assert_false (intimail_ip_contains (&network, &outside));
  g_assert_false (intimail_ip_contains (&network, &v6));
  g_assert_false (intimail_ip_contains (&inside, &network));
  g_assert_true (intimail_ip_is_v4 (&network));
  g_assert_false (intimail_ip_is_v4 (&v6));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ip/parse", test_parse);
  g_test_add_func ("/ip/nul", test_nul);
  g_test_add_func ("/ip/contains", test_contains);

  return g_test_run ();
}
