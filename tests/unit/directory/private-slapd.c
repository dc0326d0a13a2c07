/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "private-slapd.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#include "test-support.h"

#define SCHEMAS "/etc/ldap/schema"
#define MODULES "/usr/lib/ldap"

static void
run_for (const char *const *argv, char **output)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *errors = NULL;
  int status = 0;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, output, &errors, &status, &error);
  g_assert_no_error (error);
  if (!g_spawn_check_wait_status (status, NULL))
    g_error ("%s: %s%s", argv[0], *output, errors);
}

static void
run (const char *const *argv)
{
  g_autofree char *output = NULL;

  run_for (argv, &output);
}

static guint16
find_free_port (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GError) error = NULL;
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, &error);

  g_assert_no_error (error);
  return port;
}

/* An authority, and a certificate of it for 127.0.0.1. */
static void
make_certificates (PrivateSlapd *self)
{
  g_autofree char *ca_key = g_build_filename (self->folder, "ca.key", NULL);
  g_autofree char *key = g_build_filename (self->folder, "server.key", NULL);
  g_autofree char *request = g_build_filename (self->folder, "server.csr", NULL);
  g_autofree char *certificate = g_build_filename (self->folder, "server.crt", NULL);
  g_autofree char *extensions = g_build_filename (self->folder, "extensions", NULL);
  const char *const authority[] = { "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                                    "-nodes", "-days", "2", "-subj", "/CN=test authority", "-keyout", ca_key,
                                    "-out", self->ca_path, NULL };
  const char *const server[] = { "openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                                 "-subj", "/CN=127.0.0.1", "-keyout", key, "-out", request, NULL };
  const char *const sign[] = { "openssl", "x509", "-req", "-in", request, "-CA", self->ca_path, "-CAkey", ca_key,
                               "-CAcreateserial", "-days", "2", "-extfile", extensions, "-out", certificate, NULL };

  test_support_write_file (extensions, "subjectAltName=IP:127.0.0.1,DNS:localhost\n");
  run (authority);
  run (server);
  run (sign);
}

static void
write_config (PrivateSlapd *self, const char *base, const char *const *schemas)
{
  g_autoptr (GString) text = g_string_new (NULL);
  static const char *const standard[] = { "core", "cosine", "inetorgperson", "nis" };

  for (gsize i = 0; i < G_N_ELEMENTS (standard); i++)
    g_string_append_printf (text, "include " SCHEMAS "/%s.schema\n", standard[i]);
  for (gsize i = 0; schemas[i] != NULL; i++)
    g_string_append_printf (text, "include %s\n", schemas[i]);
  g_string_append_printf (text,
                          "pidfile %s/slapd.pid\nargsfile %s/slapd.args\nmodulepath " MODULES "\nmoduleload back_mdb\nmoduleload back_monitor\n"
                          "TLSCACertificateFile %s\nTLSCertificateFile %s/server.crt\nTLSCertificateKeyFile %s/server.key\n"
                          "password-hash {SSHA}\nauthz-regexp \"gidNumber=.*,cn=peercred,cn=external,cn=auth\" \"cn=root,%s\"\n"
                          "database mdb\nmaxsize 268435456\nsuffix \"%s\"\nrootdn \"cn=root,%s\"\nrootpw root\n"
                          "directory %s/data\nindex objectClass,uid,mail,cn,memberUid eq\ndbnosync\n"
                          "access to attrs=userPassword by self write by anonymous auth by * none\n"
                          "access to * by * read\n"
                          "database monitor\naccess to * by * read\n",
                          self->folder, self->folder, self->ca_path, self->folder, self->folder, base, base, base, self->folder);
  test_support_write_file (self->config, text->str);
}

PrivateSlapd *
private_slapd_new (const char *base, const char *const *schemas)
{
  PrivateSlapd *self = g_new0 (PrivateSlapd, 1);
  g_autofree char *data = NULL;
  g_autofree char *socket = NULL;
  g_autofree char *escaped = NULL;

  self->folder = test_support_make_folder ("slapd");
  data = g_build_filename (self->folder, "data", NULL);
  g_assert_cmpint (g_mkdir (data, 0700), ==, 0);
  self->ca_path = g_build_filename (self->folder, "ca.crt", NULL);
  self->config = g_build_filename (self->folder, "slapd.conf", NULL);
  socket = g_build_filename (self->folder, "s", NULL);
  /* The path of a UNIX socket has 107 bytes at most. */
  g_assert_cmpuint (strlen (socket), <, 107);
  escaped = g_uri_escape_string (socket, NULL, FALSE);
  self->ldapi = g_strconcat ("ldapi://", escaped, NULL);
  self->ldap = g_strdup_printf ("ldap://127.0.0.1:%u", find_free_port ());
  self->ldaps = g_strdup_printf ("ldaps://127.0.0.1:%u", find_free_port ());
  make_certificates (self);
  write_config (self, base, schemas);
  return self;
}

void
private_slapd_load (PrivateSlapd *self, const char *ldif)
{
  g_autofree char *program = g_find_program_in_path ("/usr/sbin/slapadd");
  const char *const argv[] = { program, "-q", "-f", self->config, "-l", ldif, NULL };

  g_assert_nonnull (program);
  run (argv);
}

static gboolean
answers (PrivateSlapd *self)
{
  const char *const argv[] = { "ldapsearch", "-x", "-H", self->ldapi, "-s", "base", "-b", "", NULL };
  int status = 0;

  return g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                       NULL, NULL, NULL, NULL, &status, NULL) &&
         g_spawn_check_wait_status (status, NULL);
}

/* A test that fails ends at once, and its server with it. */
static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

void
private_slapd_start (PrivateSlapd *self)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *uris = g_strdup_printf ("%s %s/ %s/", self->ldapi, self->ldap, self->ldaps);

  /* -d 0 stays in the foreground. */
  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  self->process = g_subprocess_launcher_spawn (launcher, &error, "/usr/sbin/slapd", "-d", "0", "-f", self->config, "-h", uris, NULL);
  g_assert_no_error (error);
  for (int i = 0; i < 400 && !answers (self); i++)
    g_usleep (50 * 1000);
  g_assert_true (answers (self));
}

static void
end (PrivateSlapd *self, int signal_number)
{
  g_subprocess_send_signal (self->process, signal_number);
  g_subprocess_wait (self->process, NULL, NULL);
  g_clear_object (&self->process);
}

void
private_slapd_stop (PrivateSlapd *self)
{
  end (self, SIGTERM);
}

void
private_slapd_kill (PrivateSlapd *self)
{
  end (self, SIGKILL);
}

guint
private_slapd_count_binds (PrivateSlapd *self)
{
  const char *const argv[] = { "ldapsearch", "-Q", "-Y", "EXTERNAL", "-LLL", "-H", self->ldapi, "-s", "base", "-b",
                               "cn=Bind,cn=Operations,cn=Monitor", "monitorOpCompleted", NULL };
  g_autofree char *output = NULL;
  const char *place;
  guint64 count;

  run_for (argv, &output);
  place = strstr (output, "monitorOpCompleted: ");
  g_assert_nonnull (place);
  count = g_ascii_strtoull (place + strlen ("monitorOpCompleted: "), NULL, 10);
  self->n_own_binds++;

  return (guint) count - self->n_own_binds;
}

void
private_slapd_free (PrivateSlapd *self)
{
  if (self->process != NULL)
    private_slapd_kill (self);
  test_support_remove_folder (self->folder);
  g_free (self->folder);
  g_free (self->ldapi);
  g_free (self->ldap);
  g_free (self->ldaps);
  g_free (self->ca_path);
  g_free (self->config);
  g_free (self);
}
