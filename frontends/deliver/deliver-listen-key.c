/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "deliver-listen-key.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_LISTEN "unix:run/lmtp.sock"
#define MAX_LINE 4096
#define SPACE " \t\r\n\f\v"

/* Cuts white space off both ends. */
static char *
strip (char *text)
{
  size_t length;

  text += strspn (text, SPACE);
  length = strlen (text);
  while (length > 0 && strchr (SPACE, text[length - 1]) != NULL)
    length--;
  text[length] = '\0';
  return text;
}

/* One line of a key file. FALSE when it is none that is understood. */
static bool
read_line (char *line, bool *in_group, char *listen)
{
  char *text = strip (line);
  char *equals;

  if (*text == '\0' || *text == '#')
    return true;
  if (*text == '[')
    {
      *in_group = strcmp (text, "[deliver]") == 0;
      return text[strlen (text) - 1] == ']';
    }
  equals = strchr (text, '=');
  if (equals == NULL)
    return false;
  *equals = '\0';
  if (!*in_group || strcmp (strip (text), "listen") != 0)
    return true;
  /* The last one counts. An escape is for a better reader. */
  snprintf (listen, MAX_LINE, "%s", strip (equals + 1));
  return strchr (listen, '\\') == NULL;
}

static bool
read_file (FILE *file, char *listen)
{
  char line[MAX_LINE];
  bool in_group = false;

  while (fgets (line, sizeof line, file) != NULL)
    if (strlen (line) == sizeof line - 1 || !read_line (line, &in_group, listen))
      return false;

  return !ferror (file);
}

char *
deliver_listen_key_read (const char *site)
{
  char listen[MAX_LINE] = DEFAULT_LISTEN;
  char *path = NULL;
  FILE *file;
  bool ok;

  if (asprintf (&path, "%s/intimail.conf", site) < 0)
    return NULL;
  file = fopen (path, "re");
  free (path);
  if (file == NULL)
    return NULL;
  ok = read_file (file, listen);
  fclose (file);
  if (!ok || strncmp (listen, "unix:", 5) != 0 || listen[5] == '\0')
    return NULL;
  if (listen[5] == '/')
    return strdup (listen + 5);

  return asprintf (&path, "%s/%s", site, listen + 5) < 0 ? NULL : path;
}
