/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <intimail/intimail.h>

#define MULTIPART(type, first, second) \
  "Content-Type: " type "; boundary=b\n\n--b\nContent-Type: " first "\n\nx\n--b\nContent-Type: " second "\n\ny\n--b--\n"
/* The first bytes of a message of CMS: signed, encrypted. */
#define SIGNED_DATA "MIAGCSqGSIb3DQEHAqCAMIACAQEx\n"
#define ENVELOPED_DATA "MIAGCSqGSIb3DQEHA6CAMIACAQAx\n"
#define AUTH_ENVELOPED_DATA "MIAGCyqGSIb3DQEJEAEXoIAwgAIB\n"
#define CMS(parameters, data) \
  "Content-Type: application/pkcs7-mime" parameters "\nContent-Transfer-Encoding: base64\n\n" data

static const struct
{
  const char *mail;
  IntimailProtection protection;
  const char *id; /* of the part */
} cases[] = {
  { "\nplain\n", INTIMAIL_PROTECTION_NONE, NULL },
  { MULTIPART ("multipart/signed; protocol=\"application/pgp-signature\"", "text/plain", "application/pgp-signature"), INTIMAIL_PROTECTION_PGP_SIGNED, "" },
  { MULTIPART ("multipart/signed", "text/plain", "application/pgp-signature"), INTIMAIL_PROTECTION_PGP_SIGNED, "" },
  { MULTIPART ("multipart/signed; protocol=\"application/pgp-signature\"", "text/plain", "application/octet-stream"), INTIMAIL_PROTECTION_PGP_SIGNED, "" },
  { MULTIPART ("multipart/signed; protocol=\"application/pkcs7-signature\"", "text/plain", "application/x-pkcs7-signature"), INTIMAIL_PROTECTION_SMIME_SIGNED, "" },
  { MULTIPART ("multipart/signed", "text/plain", "text/plain"), INTIMAIL_PROTECTION_NONE, NULL },
  { MULTIPART ("multipart/mixed", "text/plain", "application/pgp-signature"), INTIMAIL_PROTECTION_NONE, NULL },
  { "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=b\n\n--b\n\nx\n--b--\n", INTIMAIL_PROTECTION_NONE, NULL },
  { MULTIPART ("multipart/encrypted; protocol=\"application/pgp-encrypted\"", "application/pgp-encrypted", "application/octet-stream"), INTIMAIL_PROTECTION_PGP_ENCRYPTED, "" },
  { MULTIPART ("multipart/encrypted", "text/plain", "text/plain"), INTIMAIL_PROTECTION_NONE, NULL },
  { CMS ("; smime-type=signed-data", SIGNED_DATA), INTIMAIL_PROTECTION_SMIME_SIGNED, "1" },
  { CMS ("", SIGNED_DATA), INTIMAIL_PROTECTION_SMIME_SIGNED, "1" },
  { CMS ("; smime-type=signed-data", ENVELOPED_DATA), INTIMAIL_PROTECTION_SMIME_ENCRYPTED, "1" },
  { CMS ("; smime-type=enveloped-data", ENVELOPED_DATA), INTIMAIL_PROTECTION_SMIME_ENCRYPTED, "1" },
  { CMS ("; smime-type=authEnveloped-data", AUTH_ENVELOPED_DATA), INTIMAIL_PROTECTION_SMIME_ENCRYPTED, "1" },
  { CMS ("; smime-type=certs-only", SIGNED_DATA), INTIMAIL_PROTECTION_NONE, NULL },
  { CMS ("; smime-type=enveloped-data", "AAAA\n"), INTIMAIL_PROTECTION_NONE, NULL },
  { "\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nx\n", INTIMAIL_PROTECTION_PGP_INLINE_SIGNED, "1" },
  { "\nHello,\r\n-----BEGIN PGP MESSAGE-----\r\n", INTIMAIL_PROTECTION_PGP_INLINE_ENCRYPTED, "1" },
  { "\n> -----BEGIN PGP MESSAGE-----\n", INTIMAIL_PROTECTION_NONE, NULL },
  { "\n-----BEGIN PGP PUBLIC KEY BLOCK-----\n", INTIMAIL_PROTECTION_NONE, NULL },
  { "Content-Type: multipart/mixed; boundary=c\n\n--c\n" MULTIPART ("multipart/signed", "text/plain", "application/pgp-signature") "\n--c\n\nfooter of a list\n--c--\n", INTIMAIL_PROTECTION_PGP_SIGNED, "1" },
};

static void
test_cases (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (cases[i].mail, strlen (cases[i].mail));
      g_autoptr (IntimailMessage) message = intimail_message_new_from_bytes (bytes, NULL);
      IntimailPart *part = intimail_message_find_protected_part (message);

      g_test_message ("%s", cases[i].mail);
      g_assert_cmpstr (part != NULL ? intimail_part_get_id (part) : NULL, ==, cases[i].id);
      g_assert_cmpint (part != NULL ? intimail_part_get_protection (part) : INTIMAIL_PROTECTION_NONE, ==, cases[i].protection);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/part-protection/cases", test_cases);

  return g_test_run ();
}
