/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "webmail-unsubscribe.h"

#include <string.h>

#include "webmail-plain-page.h"

typedef enum
{
  WORDS_QUESTION,
  WORDS_DONE,
  WORDS_WRONG,
  WORDS_LATER,
  N_WORDS,
} Words;

typedef struct
{
  const char *language;
  const char *title;
  const char *texts[N_WORDS]; /* with the member and the list in the first two */
  const char *button;
} Language;

static const Language languages[] = {
  { "en",
    "Leave a mailing list",
    { "Shall %s get no more mail of the list “%s”?",
      "%s gets no more mail of the list “%s”.",
      "This link to leave a list is not right, or the list is no more. Write to its owners.",
      "This does not work now. Try again later." },
    "Leave the list" },
  { "fr",
    "Quitter une liste de diffusion",
    { "Ne plus envoyer à %s le courrier de la liste « %s » ?",
      "%s ne reçoit plus le courrier de la liste « %s ».",
      "Ce lien pour quitter une liste n’est pas bon, ou la liste n’existe plus. Écrivez à ses responsables.",
      "Cela ne marche pas en ce moment. Réessayez plus tard." },
    "Quitter la liste" },
};

typedef struct
{
  SoupServerMessage *message;
  char *list;
  char *member;
  char *token;
} Leaving;

static void
leaving_free (Leaving *self)
{
  g_object_unref (self->message);
  g_free (self->list);
  g_free (self->member);
  g_free (self->token);
  g_free (self);
}

static const Language *
choose_language (WebmailRequest *request)
{
  const char *codes[G_N_ELEMENTS (languages) + 1] = { NULL };

  for (gsize i = 0; i < G_N_ELEMENTS (languages); i++)
    codes[i] = languages[i].language;

  return &languages[webmail_plain_page_choose_language (request, codes)];
}

/* The first two texts hold two words, the others none. */
static char *
make_text (const Language *language, Words words, const Leaving *leaving)
{
  g_auto (GStrv) parts = g_strsplit (language->texts[words], "%s", 3);

  if (g_strv_length (parts) < 3)
    return g_markup_escape_text (language->texts[words], -1);

  return g_markup_printf_escaped ("%s%s%s%s%s", parts[0], leaving->member, parts[1], leaving->list, parts[2]);
}

static void
show (WebmailRequest *request, guint status, Words words, const Leaving *leaving)
{
  const Language *language = choose_language (request);
  g_autofree char *text = make_text (language, words, leaving);
  g_autofree char *form = words == WORDS_QUESTION
                              ? g_strdup_printf ("<form method=\"post\"><button name=\"List-Unsubscribe\" value=\"One-Click\">%s</button></form>", language->button)
                              : g_strdup ("");
  g_autofree char *content = g_strdup_printf ("<h1>%s</h1><p>%s</p>%s", language->title, text, form);

  webmail_plain_page_reply (request, status, language->language, language->title, content);
}

static void
on_left (GObject *source, GAsyncResult *result, gpointer data)
{
  Leaving *leaving = data;
  WebmailRequest *request = webmail_request_get (leaving->message);
  g_autoptr (GError) error = NULL;
  gboolean left = intimail_delivery_leave_list_finish (INTIMAIL_SITE (source), result, &error);

  request->server->requests--;
  if (!request->gone)
    {
      if (left)
        show (request, SOUP_STATUS_OK, WORDS_DONE, leaving);
      else if (g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED) ||
               g_error_matches (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND))
        show (request, SOUP_STATUS_FORBIDDEN, WORDS_WRONG, leaving);
      else
        {
          g_warning ("cannot take somebody out of a list: %s", error->message);
          show (request, SOUP_STATUS_SERVICE_UNAVAILABLE, WORDS_LATER, leaving);
        }
      webmail_request_resume (request);
    }
  leaving_free (leaving);
}

static char *
get_parameter (GHashTable *parameters, const char *name)
{
  const char *value = parameters != NULL ? g_hash_table_lookup (parameters, name) : NULL;

  return g_strdup (value != NULL ? value : "");
}

static Leaving *
leaving_new (WebmailRequest *request)
{
  const char *query = g_uri_get_query (soup_server_message_get_uri (request->message));
  g_autoptr (GHashTable) parameters = query != NULL ? g_uri_parse_params (query, -1, "&", G_URI_PARAMS_NONE, NULL) : NULL;
  Leaving *self = g_new0 (Leaving, 1);

  self->message = g_object_ref (request->message);
  self->list = get_parameter (parameters, "list");
  self->member = get_parameter (parameters, "member");
  self->token = get_parameter (parameters, "token");

  return self;
}

/* What the body says does not matter (RFC 8058 section 3.2): whoever sends a POST to this
 * address has the message. */
void
webmail_unsubscribe_handle (WebmailRequest *request)
{
  Leaving *leaving = leaving_new (request);

  if (*leaving->list == '\0' || *leaving->member == '\0' || *leaving->token == '\0' ||
      !g_utf8_validate (leaving->list, -1, NULL) || !g_utf8_validate (leaving->member, -1, NULL))
    show (request, SOUP_STATUS_FORBIDDEN, WORDS_WRONG, leaving);
  else if (strcmp (soup_server_message_get_method (request->message), "POST") != 0)
    show (request, SOUP_STATUS_OK, WORDS_QUESTION, leaving);
  else
    {
      request->server->requests++;
      webmail_request_pause (request);
      intimail_delivery_leave_list_async (request->server->site, leaving->list, leaving->member, leaving->token, NULL, on_left, leaving);
      return;
    }
  leaving_free (leaving);
}
