/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib/gstdio.h>

#include "jmap-site.h"

#define PROPERTIES "'properties':['intimail:protection','intimail:signatures']},'0']"
#define SIGNED                                                                             \
  "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=s\n\n" \
  "--s\n\nsigned\n--s\nContent-Type: application/pgp-signature\n\nnone\n--s--\n"

static const struct
{
  const char *name;
  const char *mail;
  const char *protection;
  const char *signatures;
} mails[] = {
  { "plain", "Subject: x\n\ny\n", "null", "null" },
  { "signed", SIGNED, "{'kind':'openpgp','state':'signed','isInText':false,'isWhole':true}", "{'list':[],'problem':'noKeys'}" },
  { "list", "Content-Type: multipart/mixed; boundary=m\n\n--m\n" SIGNED "--m\n\nfooter\n--m--\n", "{'state':'signed','isWhole':false}", "{'problem':'noKeys'}" },
  { "encrypted", "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=e\n\n--e\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--e\n\nx\n--e--\n",
    "{'kind':'openpgp','state':'encrypted','isInText':false,'isWhole':true}", "null" },
  { "inline", "Subject: x\n\n-----BEGIN PGP SIGNED MESSAGE-----\n\nx\n", "{'kind':'openpgp','state':'signed','isInText':true,'isWhole':false}", "null" },
  { "smime",
    "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=s\n\n--s\n\nx\n--s\nContent-Type: application/pkcs7-signature\n\nx\n--s--\n",
    "{'kind':'smime','state':'signed','isInText':false,'isWhole':true}", "null" },
};

static void
test_mails (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (mails); i++)
    {
      g_autofree char *pattern = g_strdup_printf ("['Email/get',{'list':[{'intimail:protection':%s,'intimail:signatures':%s}]},'0']",
                                                  mails[i].protection, mails[i].signatures);

      jmap_site_deliver (site, "inbox", mails[i].name, NULL, mails[i].mail);
      jmap_site_set_name (site, "m", g_hash_table_lookup (site->names, mails[i].name));
      jmap_site_call (site, "['Email/get',{'accountId':'%a%','ids':['%m%']," PROPERTIES, pattern);
      jmap_site_call (site, "['Email/get',{'accountId':'%a%','ids':['%m%']},'0']", "['Email/get',{'list':[{'!intimail:protection':0,'!intimail:signatures':0}]},'0']");
    }
}

/* With a folder for keys GnuPG is asked, and says that this is no signature. */
static void
test_unreadable (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();
  g_autofree char *keyring = g_build_filename (intimail_account_get_path (jmap_site_get_account (site)), "intimail.gnupg", NULL);

  g_assert_cmpint (g_mkdir (keyring, 0700), ==, 0);
  jmap_site_deliver (site, "inbox", "m", NULL, SIGNED);
  jmap_site_call (site, "['Email/get',{'accountId':'%a%','ids':['%m%']," PROPERTIES, "['Email/get',{'list':[{'intimail:signatures':{'list':[],'problem':'unreadable'}}]},'0']");
}

/* All that lie there in one call. */
static void
test_many (void)
{
  g_autoptr (JmapSite) site = jmap_site_new ();
  g_autofree char *keyring = g_build_filename (intimail_account_get_path (jmap_site_get_account (site)), "intimail.gnupg", NULL);
  g_autoptr (GString) pattern = g_string_new ("['Email/get',{'list':[");

  g_assert_cmpint (g_mkdir (keyring, 0700), ==, 0);
  for (guint i = 0; i < 22; i++)
    {
      g_autofree char *name = g_strdup_printf ("m%u", i);
      g_autofree char *mail = g_strdup_printf ("Subject: %u\n" SIGNED, i);

      jmap_site_deliver (site, "inbox", name, NULL, mail);
      g_string_append_printf (pattern, "%s{'intimail:signatures':{'list':[],'problem':'%s'}}", i > 0 ? "," : "", i < 20 ? "unreadable" : "unavailable");
    }
  g_string_append (pattern, "]},'0']");
  jmap_site_call (site, "['Email/get',{'accountId':'%a%','ids':null," PROPERTIES, pattern->str);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/jmap-protection/mails", test_mails);
  g_test_add_func ("/jmap-protection/many", test_many);
  g_test_add_func ("/jmap-protection/unreadable", test_unreadable);

  return g_test_run ();
}
